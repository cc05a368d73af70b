/** The URL with these parameters too; a name may come several times. */
export function withQuery(
  url: string,
  parameters: readonly (readonly [name: string, value: string])[],
): string {
  return parameters.reduce(
    (sum, [name, value]) =>
      `${sum}${sum.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`,
    url,
  );
}
