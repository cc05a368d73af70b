import { DurableChatError } from 'ai-durable-transport';
import { Traveller, type Journey } from '../support/journey.js';
import { readLog } from '../support/read-log.js';
import type { LogRecord } from '../../src/protocol/index.js';
import type { History, Timed } from './history.js';
import type { World } from './world.js';

/** What somebody has seen of the chat in the end. */
export interface Seen extends Journey {
  readonly who: string;
  /** Whether the chat's run was in the log before it looked. */
  readonly wasLogged: boolean;
}

export interface Outcome {
  readonly chatId: string;
  /** How often the app was asked for an answer. */
  readonly asked: number;
  readonly log: readonly LogRecord[];
  /** The page that posted, unless it was loaded again in between. */
  readonly poster: Seen | undefined;
  readonly readers: readonly Seen[];
}

/** A page that is refused is loaded again so often: then nobody would any more. */
const MOST_LOADS = 60;
const RELOAD_MS = 700;

/** One history, from the question to the last reader's end. */
export async function play(
  world: World,
  history: History,
  chatId: string,
): Promise<Outcome> {
  const stage = new Stage(world, chatId);
  const over = Promise.all(
    history.happenings.map((timed) => stage.happen(timed)),
  );
  const poster = await stage.post();
  await over;
  await world.calm();
  await stage.idle();
  await world.settled();
  await stage.open('a last page');
  await stage.idle();
  await world.settled();
  const records = await stage.log();
  const log = world.mayRepeat ? eachOnce(records) : records;
  const { asked } = world;
  return { chatId, asked, log, poster, readers: stage.readers };
}

/**
 * A streams server that ends between data and producer state lets the repeated
 * append in a second time, word for word. Readers drop it; so does this.
 */
function eachOnce(records: readonly LogRecord[]): LogRecord[] {
  const textOf = ({ type, key, value }: LogRecord): string =>
    JSON.stringify([type, key, value]);
  const byText = new Map(records.map((it) => [textOf(it), it]));
  return [...byText.values()];
}

class Stage {
  readonly readers: Seen[] = [];
  readonly #world: World;
  readonly #chatId: string;
  readonly #reading: Promise<void>[] = [];
  #poster: Traveller;
  #isReloaded = false;

  constructor(world: World, chatId: string) {
    this.#world = world;
    this.#chatId = chatId;
    this.#poster = this.#newPage();
  }

  async post(): Promise<Seen | undefined> {
    const poster = this.#poster;
    const journey = await poster.send('Tell me.');
    if (this.#isReloaded) return undefined;
    // Who is shown an error of ours loads the page again.
    if (journey.errors.some(isRefusal)) await this.open('the refused poster');
    return { who: 'the poster', wasLogged: false, ...poster.journey() };
  }

  async happen({ afterMs, happening }: Timed): Promise<void> {
    await this.#world.sleep(afterMs);
    switch (happening.what) {
      case 'tab':
        return this.open('a tab');
      case 'reload':
        this.#isReloaded = true;
        this.#poster.tab.transport.close();
        return this.open('the reloaded poster');
      case 'stop':
        // It may be refused as any request.
        return this.#poster.tab.transport
          .stop({ chatId: this.#chatId })
          .then(noMatter, noMatter);
      default:
        return this.#world.bring(happening);
    }
  }

  async open(who: string): Promise<void> {
    const reading = this.#read(who);
    this.#reading.push(reading);
    await reading;
  }

  /** Resolves when nobody reads any more. */
  async idle(): Promise<void> {
    for (const reading of this.#reading) await reading;
  }

  async log(): Promise<LogRecord[]> {
    return readLog(this.#world.streams, this.#chatId).catch(() => []);
  }

  async #read(who: string): Promise<void> {
    const wasLogged = (await this.log()).some(
      (record) => record.type === 'run' && record.value.attempt > 0,
    );
    for (let loads = 1; loads <= MOST_LOADS; loads += 1) {
      const journey = await this.#loadAndResume();
      if (journey !== undefined && !journey.errors.some(isRefusal)) {
        this.readers.push({ who, wasLogged, ...journey });
        return;
      }
      await this.#world.sleep(RELOAD_MS);
    }
    throw new Error(`${who} was refused ${MOST_LOADS} times.`);
  }

  async #loadAndResume(): Promise<Journey | undefined> {
    const page = this.#newPage();
    const { chat, transport } = page.tab;
    try {
      const { messages } = await transport.load({ chatId: this.#chatId });
      chat.messages = messages;
    } catch {
      return undefined;
    }
    return page.resume();
  }

  #newPage(): Traveller {
    const { transport } = this.#world;
    return new Traveller(this.#world, { id: this.#chatId, transport });
  }
}

const noMatter = (): void => undefined;

/** An error that is not of the answer, but of ours. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof DurableChatError;
