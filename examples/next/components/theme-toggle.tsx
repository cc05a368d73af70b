'use client';

import { MoonIcon, SunIcon } from '@/components/icons';
import { THEME_KEY } from '@/lib/theme';
import styles from './theme-toggle.module.css';

/** Follows the system until it is pressed. */
export function ThemeToggle() {
  return (
    <button
      type="button"
      className={`icon-button ${styles.toggle}`}
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
