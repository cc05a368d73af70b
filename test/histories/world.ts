import type { UIMessage } from 'ai';
import type { DurableTransportOptions } from 'ai-durable-transport';
import type { StreamsOptions } from 'ai-durable-transport/server';
import type { Happening } from './history.js';

/** Where a history takes place: two app servers, and one for streams. */
export interface World extends AsyncDisposable {
  /** What pages ask, and how. */
  readonly api: string;
  readonly transport: DurableTransportOptions;
  /** Straight to the streams server, past all faults. */
  readonly streams: StreamsOptions;
  bring(
    event: Extract<
      Happening,
      { readonly what: 'kill' | 'streams-restart' | 'break' }
    >,
  ): Promise<void>;
  /** What each app server that is alive has of the chat, past all faults. */
  load(chatId: string): Promise<readonly UIMessage[][]>;
  sleep(ms: number): Promise<void>;
  /** Ends all faults, those to come too. */
  calm(): Promise<void>;
  /** Resolves when nothing goes on in the background any more. */
  settled(): Promise<void>;
  /** What is left when all is over: timers, requests, connections. */
  leftovers(): Promise<readonly string[]>;
  /** Whether its streams server may keep a record twice, when it is stopped. */
  readonly mayRepeat: boolean;
  /** How often its app was asked for an answer. */
  readonly asked: number;
  /** How often what happened, by its kind. */
  readonly faults: ReadonlyMap<string, number>;
}
