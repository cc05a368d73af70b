/** @jsxImportSource preact */

const icon = (path: string) => () => (
  <svg
    width="16"
    height="16"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={path} />
  </svg>
);

/** Half light, half dark. */
export const ThemeIcon = icon(
  'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M15 4v16M18 6v12',
);
export const SearchIcon = icon(
  'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4',
);
export const PlusIcon = icon('M12 5v14M5 12h14');
export const BackIcon = icon('M15 6l-6 6 6 6');
export const ForthIcon = icon('M9 6l6 6-6 6');
export const CrossIcon = icon('M7 7l10 10M17 7L7 17');
