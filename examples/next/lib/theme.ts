/** Where the reader's choice is kept: `light`, `dark`, or nothing (system). */
export const THEME_KEY = 'durable-chat:theme';

/** Runs before the first paint, so that a chosen theme never flashes. */
export const RESTORE_THEME = `try {
  const theme = localStorage.getItem('${THEME_KEY}');
  if (theme) document.documentElement.dataset.theme = theme;
} catch {}`;
