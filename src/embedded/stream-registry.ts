import type { StreamLifecycleEvent } from '@durable-streams/server';
import {
  appendPlain,
  createStream,
  readPages,
  type StreamTarget,
} from '../log/index.js';

/**
 * Where streams servers list their streams, if they do: the convention of
 * `createRegistryHooks` of `@durable-streams/server`.
 */
const PATH = '/v1/stream/__registry__';

const PREFIX = '/v1/stream/';

/** What the registry calls a stream. */
const nameOf = (path: string): string =>
  path.startsWith(PREFIX) ? path.slice(PREFIX.length) : path;

interface Change {
  readonly name: string;
  readonly at: number | undefined;
  readonly contentType: string | undefined;
}

/**
 * The list of a server's streams, as a stream: who reads it knows what chats
 * there are, and hears of new ones. Written behind the requests that change it,
 * and made whole when the server starts.
 */
export class StreamRegistry {
  readonly #headers: Readonly<Record<string, string>>;
  #target: StreamTarget | undefined;
  #written: Promise<unknown> = Promise.resolve();

  /** `headers`: what the server wants to see. */
  constructor(headers: Readonly<Record<string, string>>) {
    this.#headers = headers;
  }

  /** The server is there: adds what is not listed yet, and drops what is gone. */
  async open(origin: string, list: () => readonly string[]): Promise<void> {
    const target = { url: `${origin}${PATH}`, headers: this.#headers };
    const listed = await namesIn(target);
    // What comes from here on is noted; what came before is in the list.
    this.#target = target;
    const paths = list();
    const names = new Set(paths.filter((path) => path !== PATH).map(nameOf));
    const changes: Change[] = [];
    for (const name of names) {
      if (listed.has(name)) continue;
      changes.push({ name, at: 0, contentType: 'application/json' });
    }
    for (const name of listed) {
      if (names.has(name)) continue;
      changes.push({ name, at: undefined, contentType: undefined });
    }
    await this.#append(changes);
  }

  /** Keeps a change, in its order. What fails now is made good at the next start. */
  readonly note = (event: StreamLifecycleEvent): void => {
    if (this.#target === undefined || event.path === PATH) return;
    const change: Change = {
      name: nameOf(event.path),
      at: event.type === 'created' ? event.timestamp : undefined,
      contentType: event.contentType,
    };
    this.#written = this.#written
      .then(() => this.#append([change]))
      .catch(() => undefined);
  };

  /** Resolves when all that was noted is written. */
  async settled(): Promise<void> {
    await this.#written;
  }

  async #append(changes: readonly Change[]): Promise<void> {
    if (this.#target === undefined || changes.length === 0) return;
    const body = JSON.stringify(changes.map(recordOf));
    await appendPlain(this.#target, { body });
  }
}

async function namesIn(target: StreamTarget): Promise<Set<string>> {
  const names = new Set<string>();
  await createStream(target);
  for await (const { items } of readPages(target)) {
    for (const item of items) {
      // CAST: only this registry writes here; fields are looked at alone.
      const { key, headers } = Object(item) as {
        readonly key?: string;
        readonly headers?: { readonly operation?: string };
      };
      if (key === undefined) continue;
      if (headers?.operation === 'delete') names.delete(key);
      else names.add(key);
    }
  }
  return names;
}

function recordOf({ name, at, contentType }: Change): object {
  if (at === undefined) {
    return { type: 'stream', key: name, headers: { operation: 'delete' } };
  }
  return {
    type: 'stream',
    key: name,
    value: {
      path: name,
      contentType: contentType ?? 'application/octet-stream',
      createdAt: at,
    },
    headers: { operation: 'insert' },
  };
}
