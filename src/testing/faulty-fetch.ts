import { breakBody } from './break-body.js';
import { faultPlayer } from './fault-player.js';
import type { Fault, FaultScript, SeenRequest } from './fault.js';
import { networkErrorMessages } from './network-error-messages.js';
import { realSleep } from './real-sleep.js';

/** A `fetch` that follows a script, and remembers what it was asked. */
export type FaultyFetch = typeof fetch & {
  /** Replaces the script; what was used up of the old one is forgotten. */
  script: FaultScript;
  /** Every call so far, in order. */
  readonly calls: readonly SeenRequest[];
};

/**
 * A `fetch` that breaks as the script says, without a network. Give it to
 * whatever takes a `fetch` option.
 *
 * @param inner What answers; the global `fetch` unless given.
 *
 * @example
 * const fetch = faultyFetch([{ kind: 'cut', afterFrames: 3 }])
 * const transport = new DurableTransport({ api, fetch })
 */
export function faultyFetch(
  script: FaultScript,
  inner: typeof fetch = globalThis.fetch,
): FaultyFetch {
  const calls: SeenRequest[] = [];
  let current = script;
  let play = faultPlayer(script);
  const answer: typeof fetch = (input, init) => {
    const asked = { ...describe(input, init), index: calls.length };
    const fault = play(asked) ?? { kind: 'pass' };
    calls.push({ ...asked, fault });
    const signal = signalOf(input, init);
    return answerWith(fault, { ask: () => inner(input, init), signal });
  };
  // CAST: the two properties are defined right here.
  return Object.defineProperties(answer, {
    calls: { value: calls },
    script: {
      get: () => current,
      set: (next: FaultScript) => {
        current = next;
        play = faultPlayer(next);
      },
    },
  }) as FaultyFetch;
}

type Input = Parameters<typeof fetch>[0];
type Init = Parameters<typeof fetch>[1];

interface Call {
  readonly ask: () => Promise<Response>;
  readonly signal: AbortSignal | undefined;
}

function describe(
  input: Input,
  init: Init,
): Pick<SeenRequest, 'method' | 'url' | 'headers'> {
  const request = input instanceof Request ? input : undefined;
  const method = init?.method ?? request?.method ?? 'GET';
  const headers = new Headers(init?.headers ?? request?.headers);
  return {
    method: method.toUpperCase(),
    url: urlOf(input),
    headers: Object.fromEntries(headers),
  };
}

function urlOf(input: Input): string {
  if (typeof input === 'string') return input;
  return input instanceof URL ? input.href : input.url;
}

function signalOf(input: Input, init: Init): AbortSignal | undefined {
  const request = input instanceof Request ? input : undefined;
  return init?.signal ?? request?.signal;
}

async function answerWith(fault: Fault, call: Call): Promise<Response> {
  call.signal?.throwIfAborted();
  switch (fault.kind) {
    case 'pass':
      return call.ask();
    case 'delay':
      await realSleep(fault.ms, call.signal);
      return answerWith(fault.next ?? { kind: 'pass' }, call);
    case 'network-error':
      throw lost(fault.message);
    case 'status': {
      const { status, headers = {}, body = null } = fault;
      return new Response(body, { status, headers });
    }
    case 'lose-response':
      await (await call.ask()).body?.cancel();
      throw lost(fault.message);
    case 'cut':
    case 'end':
    case 'stall':
      return breakBody(await call.ask(), fault, call.signal);
  }
}

const lost = (message: string | undefined): TypeError =>
  new TypeError(message ?? networkErrorMessages.chromium.request);
