import type { ChatRequestOptions } from 'ai';
import {
  DurableChatError,
  type SessionRequestOptions,
} from '../session/index.js';

/**
 * Of the options of a single request its headers, for `authorize` to see. There
 * is no more to take: agents answer what is in the log, on an instance that may
 * never have seen the request.
 *
 * @throws DurableChatError `invalid-request`
 */
export function sentOptions({
  headers,
  body,
  metadata,
}: ChatRequestOptions = {}): SessionRequestOptions {
  if (body !== undefined) throw notTaken('body');
  if (metadata !== undefined) throw notTaken('metadata');
  return { headers };
}

const notTaken = (option: string): DurableChatError =>
  new DurableChatError(
    'invalid-request',
    `The option ${option} of a single request reaches no agent: they read ` +
      'the log. Put it into the metadata or the parts of the message.',
  );
