import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Whether a request comes from who was given the page's address: under the name
 * that we gave (no other that was made to point here, DNS rebinding), and with
 * the token that stands in it.
 */
export function isAllowed(
  { headers }: IncomingMessage,
  url: URL,
  { port, token }: { readonly port: number; readonly token: string },
): boolean {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '', origin } = headers;
  if (!names.includes(host)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  const given = url.searchParams.get('token') ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

/** Of one length, whatever was sent. */
const digest = (text: string): Buffer =>
  createHash('sha256').update(text).digest();
