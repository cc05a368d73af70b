/** Who sends the request, percent-encoded. */
export const USER_HEADER = 'x-demo-user';

/** A name that somebody may have here, or nothing. */
export function tidyName(text: string): string | undefined {
  const name = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return name === '' || name.length > 40 ? undefined : name;
}
