/** A figure for people: to three digits or so, with its unit. */
export function amount(value: number | undefined, unit: string): string {
  if (value === undefined) return '–';
  if (!Number.isFinite(value)) return 'overloaded';
  const digits = unit === '' || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = value.toLocaleString('en', {
    minimumFractionDigits: Number.isInteger(value) ? 0 : digits,
    maximumFractionDigits: digits,
  });
  return unit === '' || unit === '/s' ? number : `${number} ${unit}`;
}
