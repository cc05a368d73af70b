const icon = (path: string) => () => (
  <svg
    width="18"
    height="18"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.8"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={path} />
  </svg>
);

export const ArrowDownIcon = icon('M12 5v14M6 13l6 6 6-6');
export const CheckIcon = icon('M5 12.5l4.5 4.5L19 7.5');
export const CrossIcon = icon('M7 7l10 10M17 7L7 17');
export const ForkIcon = icon(
  'M7 4v7a5 5 0 0 0 5 5h5M7 4v16M13.5 12.5L17 16l-3.5 3.5',
);
export const LinkIcon = icon(
  'M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
);
export const LeaveIcon = icon('M14 4H6v16h8M10.5 12H21M17 8l4 4-4 4');
export const MarkIcon = icon(
  'M3 9c3-4 6-4 9 0s6 4 9 0M3 16c3-4 6-4 9 0s6 4 9 0',
);
export const MoonIcon = icon(
  'M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5z',
);
export const PeopleIcon = icon(
  'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.2M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
);
export const SendIcon = icon('M12 19V5M5.5 11.5L12 5l6.5 6.5');
export const StopIcon = icon('M8 8h8v8H8z');
export const SunIcon = icon(
  'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
);
export const UploadIcon = icon(
  'M7 18.5a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.5 1.2A4 4 0 0 1 17.5 18.5M12 20v-8M9 14.5l3-3 3 3',
);
