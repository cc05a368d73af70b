/** @jsxImportSource preact */
import { ThemeIcon } from './icons.js';

const THEME_KEY = 'inspector:theme';

/** Before the first paint: as it was chosen last time. */
export function restoreTheme(): void {
  const theme = localStorage.getItem(THEME_KEY);
  if (theme !== null) document.documentElement.dataset['theme'] = theme;
}

/** Follows the system until it is pressed. */
export function ThemeToggle() {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label="Switch between light and dark"
      title="Light or dark"
      onClick={toggleTheme}
    >
      <ThemeIcon />
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
