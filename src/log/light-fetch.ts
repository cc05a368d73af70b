type Fetch = typeof globalThis.fetch;

// Before anybody can put another in its place: who does wants all requests.
const ownFetch = globalThis.fetch;

/**
 * How many connections a process's requests to one server share. Each `fetch` that
 * finds none idle opens another; and a Node server takes in one in each turn of
 * its event loop, so that it drowns when hundreds come back at once.
 */
const MAX_CONNECTIONS = 32;

/**
 * Node's `fetch` spends three times the CPU on a small request that its `http`
 * module spends, and a run makes one request after the other. So this is `http`
 * in the shape of `fetch`, for text out and an answer that is read at once: one
 * that waits would keep others from its connection. Bytes out go to `fetch`.
 * `undefined` in other runtimes, and where `fetch` was replaced.
 */
export function lightFetch(): Fetch | undefined {
  // Other runtimes imitate `process`, but they do not call themselves Node.
  const isNode = globalThis.navigator?.userAgent?.startsWith('Node.js/');
  return isNode === true && globalThis.fetch === ownFetch ? light : undefined;
}

const light: Fetch = async (input, init = {}) => {
  const { method = 'GET', headers, body, signal } = init;
  const isText = body === undefined || typeof body === 'string';
  if (typeof input !== 'string' || !isText) return ownFetch(input, init);
  const way = wayTo(input);
  if (way === undefined) return ownFetch(input, init);
  signal?.throwIfAborted();
  const sent = new Headers(headers);
  // To pack and unpack a page takes longer than the way between two servers.
  if (method === 'GET') sent.set('accept-encoding', 'identity');
  const { request, agent } = way;
  const entries = Object.fromEntries(sent);
  const outgoing = request(input, { method, headers: entries, agent });
  const response = await answerTo(outgoing, { body, signal });
  // Rare, and `fetch` knows all the rules.
  const isRedirect = response.status >= 300 && response.status < 400;
  return isRedirect ? ownFetch(input, init) : response;
};

type Http = ReturnType<typeof process.getBuiltinModule<'node:http'>>;
type Outgoing = ReturnType<Http['request']>;

interface Way {
  readonly request: Http['request'];
  readonly agent: InstanceType<Http['Agent']>;
}

type Agents = Http['globalAgent'];
type Configured = { readonly options: ConstructorParameters<Http['Agent']>[0] };

const ways = new Map<string, Way | undefined>();

function wayTo(url: string): Way | undefined {
  const protocol = url.slice(0, url.indexOf(':'));
  if (!ways.has(protocol)) ways.set(protocol, newWay(protocol));
  return ways.get(protocol);
}

/** Asked for at run time: bundles for browsers must not hold it. */
function newWay(protocol: string): Way | undefined {
  if (protocol !== 'http' && protocol !== 'https') return undefined;
  const module = globalThis.process.getBuiltinModule?.(`node:${protocol}`);
  if (module === undefined) return undefined;
  const { request, Agent, globalAgent } = module;
  // CAST: what every agent of Node's has; its types do not name it.
  const { options, constructor } = globalAgent as Agents & Configured;
  // An agent that the app has put there knows its way, to a proxy for instance.
  const agent =
    constructor === Agent
      ? new Agent({ ...options, maxSockets: MAX_CONNECTIONS })
      : globalAgent;
  return { request, agent };
}

interface Sending {
  readonly body: string | undefined;
  readonly signal: AbortSignal | null | undefined;
}

function answerTo(
  outgoing: Outgoing,
  { body, signal }: Sending,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal?.reason);
      outgoing.destroy();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    outgoing.once('close', () => {
      signal?.removeEventListener('abort', onAbort);
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const answer = (content: BodyInit): void =>
        resolve(responseOf(incoming, content));
      if (outgoing.method === 'GET') answer(bytesOf(incoming));
      else textOf(incoming).then(answer, reject);
    });
    outgoing.end(body);
  });
}

type Incoming = InstanceType<Http['IncomingMessage']>;

/** Whole: the answer to a write is a line, and a stream is dearer than that. */
function textOf(incoming: Incoming): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (some: string) => (text += some));
    // Of an answer that was cut off there is no end, but an error.
    incoming.once('error', reject);
    incoming.once('end', () => resolve(text));
  });
}

/** As they come: a page may be long. It is read at once, so nothing holds it back. */
function bytesOf(incoming: Incoming): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      incoming.on('data', (some: Uint8Array) => controller.enqueue(some));
      incoming.once('error', (error) => controller.error(error));
      incoming.once('end', () => controller.close());
    },
    cancel: () => void incoming.destroy(),
  });
}

/** Statuses whose answer has no body, not even an empty one. */
const BODILESS = new Set([204, 205, 304]);

function responseOf(
  { statusCode: status = 0, headers }: Incoming,
  content: BodyInit,
): Response {
  const entries = Object.entries(headers).map(
    ([name, value]): [string, string] => [name, String(value)],
  );
  const isNone = content === '' || BODILESS.has(status);
  const body = isNone ? null : content;
  return new Response(body, { status, headers: entries });
}
