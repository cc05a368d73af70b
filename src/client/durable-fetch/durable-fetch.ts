import type { Connection } from '../connection-store.js';
import type { ReconnectOptions } from '../reconnect-policy.js';
import type { ApiOptions } from '../api-requests.js';
import { AnswerFetcher, type ResumeOptions } from './answer-fetcher.js';

export interface DurableFetchOptions extends Pick<
  ApiOptions,
  'headers' | 'credentials' | 'fetch'
> {
  /**
   * The URL that is posted to, where the routes of `createDurableChat` are.
   * Requests to other places pass through. Default `/api/chat`.
   */
  readonly api?: string | undefined;
  /**
   * The chat, for `resume` and `stop`, and where a POST does not name it as
   * `threadId` or `id`.
   */
  readonly chatId?: string | undefined;
  readonly reconnect?: ReconnectOptions | undefined;
}

/** A `fetch` whose answers survive drops: `durableFetch`. */
export interface DurableFetch {
  (input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /**
   * Reopens the chat's running answer, or with `run` that one, finished or not:
   * from its start, then live. Status 204 where there is none.
   *
   * @throws DurableChatError where the server cannot be reached
   */
  readonly resume: (options?: ResumeOptions) => Promise<Response>;
  /**
   * Ends the chat's running answer, wherever it runs and is read: their bodies
   * end. Aborting a request's signal detaches that reader only.
   *
   * @throws DurableChatError where the server refuses or cannot be reached
   */
  readonly stop: (options?: {
    readonly chatId?: string;
  }) => Promise<{ stopped: boolean }>;
  /** How the connections are; fits React's `useSyncExternalStore`. */
  readonly connection: Connection;
}

/**
 * A `fetch` for clients of any streaming protocol, whose server is
 * `createDurableChat` of `ai-durable-transport/server`: give it to TanStack AI's
 * `fetchServerSentEvents` as `fetchClient`, or to what else takes a `fetch`. A
 * dropped connection is taken up again inside of the response's body, which
 * holds what the source has sent, once and in order.
 *
 * A JSON POST to `api` is sent under an `Idempotency-Key` (the request's own, or
 * its `X-Run-Id`), so that it is answered once however often it is sent. A GET of
 * `api` with `runId` reopens that run, and so does one of
 * `{api}/{chatId}/stream` the running one. What is no answer of a run comes as it
 * is: errors, JSON, other places.
 *
 * The body of a run that failed, or whose server died, breaks off with a
 * `DurableChatError` `run-failed`; that of one that was stopped ends early. Where
 * reconnecting is given up it is `unreachable`.
 */
export function durableFetch(options: DurableFetchOptions = {}): DurableFetch {
  const fetcher = new AnswerFetcher(options);
  return Object.assign(
    (input: RequestInfo | URL, init?: RequestInit) =>
      fetcher.fetch(input, init),
    {
      resume: (resumed?: ResumeOptions) => fetcher.resume(resumed),
      stop: (stopped?: { readonly chatId?: string }) => fetcher.stop(stopped),
      connection: fetcher.connection,
    },
  );
}
