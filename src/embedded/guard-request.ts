import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

/** Whether only this machine reaches what listens there. */
export const isLoopback = (host: string): boolean => LOOPBACK.has(host);

export interface GuardOptions {
  /** Where the server listens. */
  readonly host: string;
  /** What `Authorization: Bearer …` must say; without one, nothing. */
  readonly token: string | undefined;
}

/**
 * Who may speak to a streams server with a port of its own: programs, with the
 * token where there is one. No web page, by whatever name it reaches the port.
 */
export function requestGuard({
  host,
  token,
}: GuardOptions): (request: IncomingMessage) => boolean {
  return ({ headers, url = '' }) => {
    if (isFromPage(headers) || !isForAll(url)) return false;
    // A name that was made to point here (DNS rebinding) is no page's business.
    if (isLoopback(host) && !isLoopback(nameOf(headers.host))) return false;
    return token === undefined || isSame(headers.authorization, token);
  };
}

function isFromPage(headers: IncomingMessage['headers']): boolean {
  // Browsers send these and let no script leave them out; `none` is a user who
  // typed the address.
  const { origin, 'sec-fetch-site': site = 'none' } = headers;
  return origin !== undefined || site !== 'none';
}

/** Not a place where the official server lets whoever asks inject errors. */
function isForAll(url: string): boolean {
  // As that server reads it, who fails where it is no URL.
  const pathname = URL.parse(url, 'http://localhost')?.pathname ?? '/_test';
  return !/^\/+_test(?:\/|$)/.test(pathname);
}

function nameOf(host = ''): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function isSame(authorization: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(authorization), digest(`Bearer ${token}`));
}

/** Of one length, whatever was sent. */
const digest = (text = ''): Buffer =>
  createHash('sha256').update(text).digest();
