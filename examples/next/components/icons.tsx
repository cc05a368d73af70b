import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }) {
  return (
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
      {children}
    </svg>
  );
}

const icon = (path: string) => () => (
  <Icon>
    <path d={path} />
  </Icon>
);

export const ArrowDownIcon = icon('M12 5v14M6 13l6 6 6-6');
export const CheckIcon = icon('M5 12.5l4.5 4.5L19 7.5');
export const ChevronIcon = icon('M9 6l6 6-6 6');
export const CopyIcon = icon(
  'M9 9h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-9zM5 15H4a1 1 0 0 1-1-1V5a2 2 0 0 1 2-2h9a1 1 0 0 1 1 1v1',
);
export const CrossIcon = icon('M7 7l10 10M17 7L7 17');
export const MarkIcon = icon(
  'M3 9c3-4 6-4 9 0s6 4 9 0M3 16c3-4 6-4 9 0s6 4 9 0',
);
export const MenuIcon = icon('M4 7h16M4 12h16M4 17h10');
export const MoonIcon = icon(
  'M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5z',
);
export const PlusIcon = icon('M12 5v14M5 12h14');
export const RegenerateIcon = icon(
  'M20 11a8 8 0 0 0-14.5-4L3 9.5M3 4v5.5h5.5M4 13a8 8 0 0 0 14.5 4l2.5-2.5M21 20v-5.5h-5.5',
);
export const SendIcon = icon('M12 19V5M5.5 11.5L12 5l6.5 6.5');
export const StopIcon = icon('M8 8h8v8H8z');
export const SunIcon = icon(
  'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
);
export const UploadIcon = icon(
  'M7 18.5a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.5 1.2A4 4 0 0 1 17.5 18.5M12 20v-8M9 14.5l3-3 3 3',
);
export const TrashIcon = icon(
  'M4 7h16M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.5 11v5M13.5 11v5',
);
