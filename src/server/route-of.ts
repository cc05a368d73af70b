import { DurableChatError, isBlobId, parseChatId } from '../protocol/index.js';

/** What a request asks for, by its method and path alone. */
export type Route =
  | { readonly kind: 'send' }
  | { readonly kind: 'stream'; readonly chatId: string }
  | { readonly kind: 'stop'; readonly chatId: string }
  | { readonly kind: 'load'; readonly chatId: string }
  | { readonly kind: 'log'; readonly chatId: string }
  | { readonly kind: 'blob'; readonly chatId: string; readonly id: string }
  | { readonly kind: 'delete'; readonly chatId: string }
  | { readonly kind: 'session'; readonly chatId: string }
  | { readonly kind: SessionPost; readonly chatId: string };

/** What is posted to a session: the last segment of its path. */
export type SessionPost =
  | 'messages'
  | 'regenerate'
  | 'answers'
  | 'presence'
  | 'records'
  | 'fork';

type Methods<Kind extends Route['kind']> = Readonly<Record<string, Kind>>;

const actions: Readonly<
  Record<string, Methods<Exclude<Route['kind'], 'send'>>>
> = {
  '': { GET: 'load', DELETE: 'delete' },
  stream: { GET: 'stream' },
  stop: { POST: 'stop' },
  log: { GET: 'log' },
  session: { GET: 'session' },
  messages: { POST: 'messages' },
  regenerate: { POST: 'regenerate' },
  answers: { POST: 'answers' },
  presence: { POST: 'presence' },
  records: { POST: 'records' },
  fork: { POST: 'fork' },
  blobs: { GET: 'blob', HEAD: 'blob' },
};

/**
 * @throws DurableChatError `not-found`, `method-not-allowed` or
 * `invalid-chat-id`
 */
export function routeOf(request: Request, basePath: string): Route {
  const { id, blobId, methods } = placeOf(request, basePath);
  const kind = kindOf(methods, request.method);
  if (kind === 'send') return { kind };
  const chatId = parseChatId(decode(id));
  return kind === 'blob' ? { kind, chatId, id: blobId } : { kind, chatId };
}

/** Whether a request asks for the base path itself. */
export function isAtBase({ url }: Request, basePath: string): boolean {
  const trimmed = (path: string): string => path.replace(/\/+$/, '');
  return trimmed(new URL(url).pathname) === trimmed(basePath);
}

/** What `Allow` says beside a 405 (RFC 9110, 15.5.6). */
export function allowedMethods(request: Request, basePath: string): string {
  return Object.keys(placeOf(request, basePath).methods).join(', ');
}

interface Place {
  /** Still percent-encoded; of no meaning where the only method is `send`. */
  readonly id: string;
  /** Empty where there is none; else one that a blob may have. */
  readonly blobId: string;
  readonly methods: Methods<Route['kind']>;
}

function placeOf(request: Request, basePath: string): Place {
  const { pathname } = new URL(request.url);
  const segments = segmentsBelow(pathname, basePath);
  const [id, action = '', blobId = '', ...rest] = segments;
  if (id === undefined) {
    return { id: '', blobId, methods: { POST: 'send' } };
  }
  const methods = Object.hasOwn(actions, action) ? actions[action] : undefined;
  const isWhole = action === 'blobs' ? isBlobId(blobId) : segments.length < 3;
  if (methods === undefined || !isWhole || rest.length > 0) throw notFound();
  return { id, blobId, methods };
}

function segmentsBelow(pathname: string, basePath: string): string[] {
  const base = basePath.replace(/\/+$/, '');
  if (pathname !== base && !pathname.startsWith(`${base}/`)) throw notFound();
  const below = pathname
    .slice(base.length)
    .replace(/^\//, '')
    .replace(/\/$/, '');
  return below === '' ? [] : below.split('/');
}

function kindOf<Kind extends Route['kind']>(
  methods: Methods<Kind>,
  method: string,
): Kind {
  const kind = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (kind !== undefined) return kind;
  const allowed = Object.keys(methods).join(', ');
  throw new DurableChatError(
    'method-not-allowed',
    `${method.slice(0, 20)} is not answered here; allowed: ${allowed}.`,
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new DurableChatError(
      'invalid-chat-id',
      'The chat id in the path is not valid percent-encoding.',
      { cause },
    );
  }
}

function notFound(): DurableChatError {
  return new DurableChatError('not-found', 'There is no such route.');
}
