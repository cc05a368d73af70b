import { durableFetch, type DurableFetchOptions } from 'ai-durable-transport';
import { faultyFetch, type FaultScript } from 'ai-durable-transport/testing';
import type { EventsApp } from './events-app.js';
import { EAGER } from './journey.js';

/** A `fetch` that comes back at once, on a road that breaks as the script says. */
export function openFetch(
  { api }: Pick<EventsApp, 'api'>,
  script: FaultScript = [],
  options: DurableFetchOptions = {},
) {
  const fetch = faultyFetch(script);
  const durable = durableFetch({ api, fetch, reconnect: EAGER, ...options });
  return { durable, calls: fetch.calls };
}

export const postJson = (
  fetch: typeof globalThis.fetch,
  { api }: Pick<EventsApp, 'api'>,
  { body, ...init }: { body: object } & Omit<RequestInit, 'body'>,
): Promise<Response> =>
  fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  });
