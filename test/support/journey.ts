import type { UIMessage } from 'ai';
import {
  openTab,
  plain,
  type ChatClient,
  type ChatClientOptions,
} from './chat-client.js';
import type { Scene } from './scene.js';
import { sequence } from './sequence.js';

/** One call of `onFinish`. */
interface Finish {
  readonly message: UIMessage;
  readonly isAbort: boolean;
  readonly isDisconnect: boolean;
  readonly isError: boolean;
}

/** What a tab has seen of its chat. */
export interface Journey {
  readonly messages: readonly UIMessage[];
  readonly statuses: readonly string[];
  readonly finishes: readonly Finish[];
  readonly errors: readonly unknown[];
}

/** Reconnects without any waiting that a test would notice. */
export const EAGER = {
  initialDelayMs: 1,
  maxDelayMs: 10,
  stallTimeoutMs: 10_000,
} as const;

/** A tab that keeps a journal. Its ids are those of every such tab. */
export class Traveller {
  readonly tab: ChatClient;
  readonly #finishes: Finish[] = [];
  readonly #errors: unknown[] = [];

  constructor(
    { api }: Pick<Scene, 'api'>,
    { id = 'chat-1', transport, init }: ChatClientOptions = {},
  ) {
    this.tab = openTab(api, {
      id,
      transport: { reconnect: EAGER, ...transport },
      init: {
        generateId: sequence('user'),
        onFinish: ({ message, isAbort, isDisconnect, isError }) =>
          void this.#finishes.push({
            message: plain(message),
            isAbort,
            isDisconnect,
            isError,
          }),
        onError: (error) => void this.#errors.push(error),
        ...init,
      },
    });
  }

  /** Sends a message and waits for the end of its answer. */
  async send(text = 'What is it like?'): Promise<Journey> {
    await this.tab.chat.sendMessage({ text });
    return this.journey();
  }

  /** Resumes, as a page does that was loaded, and waits for the end. */
  async resume(): Promise<Journey> {
    await this.tab.chat.resumeStream();
    return this.journey();
  }

  journey(): Journey {
    return {
      messages: plain(this.tab.chat.messages),
      statuses: this.tab.statuses,
      finishes: this.#finishes,
      errors: this.#errors,
    };
  }
}
