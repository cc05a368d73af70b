import { gate, type Gate } from '../../support/gate.js';
import { serve, type Served } from '../../support/serve.js';

/** What an app tells of a chat, or asks before it goes on. */
export type Cue =
  | 'gate'
  | 'aborted'
  | 'done'
  | 'stopped'
  | 'failed'
  | 'interrupted';

/**
 * Directs an app in another process: its models ask here, by HTTP as any
 * runtime can, whether they may go on, and it tells here what happened.
 */
export class Director {
  readonly #seen = new Map<string, Gate>();
  readonly #open = new Map<string, Gate>();
  readonly #served: Served;

  private constructor(served: Served) {
    this.#served = served;
  }

  static async start(): Promise<Director> {
    const served = await serve((request) => director.#answer(request));
    const director = new Director(served);
    return director;
  }

  get url(): string {
    return this.#served.url;
  }

  /** Resolves when the app has said so: at once where it has before. */
  seen(cue: Cue, chatId: string): Promise<void> {
    return gateOf(this.#seen, `${cue}/${chatId}`).opened;
  }

  /** Lets the chat's model pass its gate, now and later. */
  letGo(chatId: string): void {
    gateOf(this.#open, chatId).open();
  }

  close(): Promise<void> {
    return this.#served.close();
  }

  async #answer({ url }: Request): Promise<Response> {
    const [cue = '', chatId = ''] = new URL(url).pathname.slice(1).split('/');
    gateOf(this.#seen, `${cue}/${chatId}`).open();
    if (cue === 'gate') await gateOf(this.#open, chatId).opened;
    return new Response('go on');
  }
}

function gateOf(gates: Map<string, Gate>, key: string): Gate {
  const known = gates.get(key) ?? gate();
  gates.set(key, known);
  return known;
}
