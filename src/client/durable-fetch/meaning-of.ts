/** The caller's, whose abort detaches it. */
type Signal = AbortSignal | null | undefined;

/** What all requests for an answer have from the one that asked for it. */
export interface Asked {
  readonly headers: Readonly<Record<string, string>>;
  /** Its credentials, and what else a `fetch` takes. */
  readonly init: RequestInit;
  readonly signal: Signal;
}

/** What a request means to the chat whose routes are at `api`. */
type AnyMeaning =
  /** A POST that is answered by a run. */
  | (Asked & {
      readonly kind: 'send';
      readonly url: string;
      readonly body: string;
      readonly json: unknown;
    })
  /** Asks for a run by its id, as TanStack AI's `joinRun` does. */
  | (Asked & { readonly kind: 'run'; readonly run: string })
  /** Asks for the running answer, by its route. */
  | (Asked & { readonly kind: 'stream'; readonly url: string })
  /** Something else, and none of ours. */
  | { readonly kind: 'other' };

export type Meaning<Kind extends AnyMeaning['kind']> = Extract<
  AnyMeaning,
  { readonly kind: Kind }
>;

/** A `Request` is read, but not used up. */
export async function meaningOf(
  api: string,
  input: RequestInfo | URL,
  init: RequestInit,
): Promise<AnyMeaning> {
  const request = input instanceof Request ? input : undefined;
  const url = input instanceof Request ? input.url : input.toString();
  const { origin, pathname } = absolute(url);
  const base = absolute(api);
  const home = trimmed(base.pathname);
  const isBelow = `${pathname}/`.startsWith(`${home}/`);
  if (origin !== base.origin || !isBelow) return { kind: 'other' };
  const below = trimmed(pathname.slice(home.length));
  const { method = request?.method ?? 'GET' } = init;
  switch (method.toUpperCase()) {
    case 'POST':
      return below === '' ? sendOf(url, request, init) : { kind: 'other' };
    case 'GET':
      return readOf(url, below, askedBy(request, init));
    default:
      return { kind: 'other' };
  }
}

async function sendOf(
  url: string,
  request: Request | undefined,
  init: RequestInit,
): Promise<AnyMeaning> {
  const body = init.body ?? (await request?.clone().text());
  const json = typeof body === 'string' ? parsed(body) : undefined;
  if (typeof body !== 'string' || json === undefined) return { kind: 'other' };
  return { kind: 'send', url, body, json, ...askedBy(request, init) };
}

/** `below`: what follows the path of `api`. */
function readOf(url: string, below: string, asked: Asked): AnyMeaning {
  const run = absolute(url).searchParams.get('runId');
  if (below === '' && run !== null) return { kind: 'run', run, ...asked };
  return STREAM.test(below)
    ? { kind: 'stream', url, ...asked }
    : { kind: 'other' };
}

function askedBy(request: Request | undefined, init: RequestInit): Asked {
  const { method: _, body: __, headers, signal, ...rest } = init;
  return {
    headers: Object.fromEntries(new Headers(headers ?? request?.headers)),
    init: { ...(request && { credentials: request.credentials }), ...rest },
    signal: signal ?? request?.signal,
  };
}

/** `{api}/{chatId}/stream` */
const STREAM = /^\/[^/]+\/stream$/;

function absolute(url: string): URL {
  // Not every runtime has one.
  const href = globalThis.location?.href ?? '';
  return new URL(url, href.startsWith('http') ? href : 'http://localhost');
}

const trimmed = (path: string): string => path.replace(/\/+$/, '');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
