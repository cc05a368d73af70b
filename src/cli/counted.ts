/** `1 record`, `2 records`. */
export const counted = (count: number, name: string): string =>
  `${count} ${name}${count === 1 ? '' : 's'}`;
