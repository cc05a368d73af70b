import { MoonIcon, SunIcon } from './icons.tsx';
import styles from './theme-toggle.module.css';

/** `index.html` reads it before the first paint. */
const THEME_KEY = 'shared-room:theme';

/** Follows the system until it is pressed. */
export function ThemeToggle() {
  return (
    <button
      type="button"
      className={`icon-button ${styles['toggle']}`}
      aria-label="Switch between light and dark"
      title="Light or dark"
      onClick={toggleTheme}
    >
      <SunIcon />
      <MoonIcon />
    </button>
  );
}

function toggleTheme(): void {
  const { dataset } = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)').matches;
  const dark = dataset['theme'] ? dataset['theme'] === 'dark' : system;
  dataset['theme'] = dark ? 'light' : 'dark';
  localStorage.setItem(THEME_KEY, dataset['theme']);
}
