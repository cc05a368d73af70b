import { STREAM_CLOSED_HEADER } from '@durable-streams/client';
import { headStream } from './head-stream.js';
import { refusal } from './refusal.js';
import type { RequestOptions } from './retry-policy.js';
import { sendWithRetries } from './send-with-retries.js';
import { isClosed, JSON_TYPE, offsetOf } from './stream-headers.js';
import type { StreamTarget } from './stream-target.js';

export interface CreateStreamOptions extends RequestOptions {
  /** The stream's first content. As JSON: one record, or an array of records. */
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** Nothing is ever to follow the body. */
  readonly closed?: boolean | undefined;
  /** Begins as another stream is at an offset, without a copy. */
  readonly forkOf?:
    | { readonly url: string; readonly offset: string }
    | undefined;
  /** Default `application/json`. */
  readonly contentType?: string | undefined;
}

/** `offset` is the stream's end, after whatever it holds. */
export type CreateOutcome =
  | { readonly kind: 'created'; readonly offset: string }
  | {
      readonly kind: 'existed';
      readonly offset: string;
      readonly closed: boolean;
      /**
       * An earlier try of this very call may have created it. Then the body, of
       * a blob or a fork (logs are created without one), may stand in it, or
       * not: the Node server's file store creates the stream before it writes
       * the body, and may crash in between.
       */
      readonly repeated: boolean;
    };

/**
 * Creates the stream with its first content in one request. One that exists
 * already is left as it is, whatever its content type and whether or not it is
 * closed. Throws like `appendOnce`.
 */
export async function createStream(
  target: StreamTarget,
  options: CreateStreamOptions = {},
): Promise<CreateOutcome> {
  const outcome = await put(target, options);
  if (!('conflict' in outcome)) return outcome;
  // 409 names neither offset nor state: it exists otherwise than asked for.
  const { exists, offset, closed } = await headStream(target, options);
  if (!exists) throw outcome.conflict;
  return { kind: 'existed', offset, closed, repeated: outcome.repeated };
}

type PutOutcome =
  | CreateOutcome
  | { readonly conflict: unknown; readonly repeated: boolean };

function put(
  target: StreamTarget,
  options: CreateStreamOptions,
): Promise<PutOutcome> {
  const { body, closed, forkOf, contentType = JSON_TYPE } = options;
  const { signal, retry } = options;
  const headers = {
    'content-type': contentType,
    ...(closed === true && { [STREAM_CLOSED_HEADER]: 'true' }),
    ...(forkOf !== undefined && {
      'stream-forked-from': new URL(forkOf.url).pathname,
      'stream-fork-offset': forkOf.offset,
    }),
  };
  return sendWithRetries<PutOutcome>(target, {
    request: { method: 'PUT', headers, body },
    read: async (response, repeated) => {
      const { status, headers: answer } = response;
      if (status === 201) return { kind: 'created', offset: offsetOf(answer) };
      if (status === 200) {
        const offset = offsetOf(answer);
        return { kind: 'existed', offset, closed: isClosed(answer), repeated };
      }
      const error = await refusal(response);
      if (status === 409) return { conflict: error, repeated };
      throw error;
    },
    signal,
    retry,
  });
}
