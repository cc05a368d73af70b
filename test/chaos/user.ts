import { setTimeout as sleep } from 'node:timers/promises';
import type { UIMessage } from 'ai';
import { textOf } from '../support/chat-client.js';
import type { Journal } from './journal.js';
import { answerText, parseQuestion, questionText } from './question.js';
import { Tab } from './tab.js';
import type { Turn } from './talk-plan.js';

/** How often a user asks for the same answer before they call it broken. */
const MAX_TRIES = 20;

/** A second page, and when it has read what was being written. */
interface Follower {
  readonly tab: Tab;
  readonly isOver: Promise<void>;
}

/** Somebody who has one chat, and wants each question answered. */
export class User {
  readonly chatId: string;
  readonly #api: string;
  readonly #journal: Journal;
  #main: Tab;
  #followers: Follower[] = [];
  /** When the page had all that it was told last. */
  #shownAt = 0;

  constructor(api: string, chatId: string, journal: Journal) {
    this.chatId = chatId;
    this.#api = api;
    this.#journal = journal;
    this.#main = new Tab(api, chatId, true);
  }

  /** The page that the user writes in. */
  get main(): Tab {
    return this.#main;
  }

  /** Asks, does what else is planned, and asks again until it is answered. */
  async take(turn: Turn): Promise<void> {
    const { counts } = this.#journal;
    await sleep(turn.thinkMs);
    counts.questions += 1;
    const isStopped = await this.#ask(turn);
    for (let tries = 1; ; tries += 1) {
      counts['tries, of all questions'] += 1;
      counts['most tries of one question'] = Math.max(
        counts['most tries of one question'],
        tries,
      );
      const wasStopped = isStopped && tries === 1;
      if (wasStopped && this.#wasCutShort(turn)) {
        counts['answers that were stopped by the user'] += 1;
        return;
      }
      if (this.#isAnswered(turn)) return await this.#claim(turn, wasStopped);
      if (tries === MAX_TRIES) throw new Error(this.#complaint(turn));
      await sleep(200);
      await this.#askAgain(turn, tries);
      this.#shownAt = performance.now();
    }
  }

  /** Loads the page anew, as a user does who comes back. */
  async reload(): Promise<void> {
    this.#journal.counts['pages loaded anew'] += 1;
    this.#main.close();
    this.#main = await Tab.open(this.#api, this.chatId, true);
    await this.#main.resume();
  }

  leave(): void {
    this.#main.close();
  }

  /** True where the user has stopped the answer. */
  async #ask(turn: Turn): Promise<boolean> {
    const asked = this.#main.send(questionText(turn.question));
    // Told below, where it is awaited.
    const isOver = asked.then(() => undefined);
    isOver.catch(() => undefined);
    if (turn.act !== 'read') {
      await Promise.race([this.#main.hasText(turn.actAfter), isOver]);
    }
    const acted = await this.#act(turn);
    await asked;
    this.#shownAt = performance.now();
    await Promise.all(this.#followers.map((it) => this.#checkFollower(it)));
    this.#followers = [];
    return acted === 'stopped';
  }

  async #act({ act }: Turn): Promise<'stopped' | undefined> {
    switch (act) {
      case 'read':
        return undefined;
      case 'second-tab': {
        this.#journal.counts['second tabs'] += 1;
        const tab = await Tab.open(this.#api, this.chatId);
        const isOver = tab.resume();
        // Told below, where it is awaited.
        isOver.catch(() => undefined);
        this.#followers.push({ tab, isOver });
        return undefined;
      }
      case 'stop':
        await this.#main.stop();
        return 'stopped';
      case 'stop-elsewhere': {
        const tab = await Tab.open(this.#api, this.chatId);
        await tab.stop();
        tab.close();
        return 'stopped';
      }
      case 'reload':
        await this.reload();
        return undefined;
    }
  }

  async #askAgain(turn: Turn, tries: number): Promise<void> {
    const text = questionText(turn.question);
    const isReloaded = tries % 3 === 0 || !this.#holds(turn);
    if (isReloaded) await this.reload();
    if (isReloaded && this.#isAnswered(turn)) return;
    if (!this.#holds(turn)) return this.#main.send(text);
    if (!this.#main.hasFailed && (await this.#main.answerOpenCalls())) return;
    await this.#main.regenerate();
  }

  /** Whether the page has the question, as the newest one. */
  #holds({ question }: Turn): boolean {
    const asked = this.#main.messages.findLast(({ role }) => role === 'user');
    return asked !== undefined && textOf(asked) === questionText(question);
  }

  #isAnswered(turn: Turn): boolean {
    const last = this.#main.messages.at(-1);
    if (last?.role !== 'assistant' || !this.#holds(turn)) return false;
    return textOf(last) === answerText(turn.question);
  }

  #wasCutShort(turn: Turn): boolean {
    return this.#holds(turn) && this.#main.finishes.at(-1)?.isAbort === true;
  }

  /** What has been shown as complete, and whether others see it, too. */
  async #claim({ question }: Turn, wasStopped: boolean): Promise<void> {
    const { chatId } = this;
    const at = this.#shownAt;
    const messageId = this.#main.messages.at(-1)?.id ?? '';
    const other = await Tab.open(this.#api, chatId);
    const there = other.messages.find(({ id }) => id === messageId);
    other.close();
    const isConfirmed = textOf(there) === answerText(question);
    const { counts, claims } = this.#journal;
    counts['answers that were read to their end'] += 1;
    if (isConfirmed) counts['of them confirmed at once by another reader'] += 1;
    const seen = { at, isConfirmed, wasStopped };
    claims.push({ chatId, messageId, question, ...seen });
  }

  #complaint({ question, act }: Turn): string {
    const last = this.#main.messages.at(-1);
    return `${this.chatId}: ${question.name} (${act}) is not answered after ${MAX_TRIES} tries; the page ends with ${JSON.stringify(last)}`;
  }

  async #checkFollower({ tab, isOver }: Follower): Promise<void> {
    await isOver;
    const { messages, finishes } = tab;
    for (const { message, isAbort, isError, isDisconnect } of finishes) {
      if (isAbort || isError || isDisconnect) continue;
      const place = messages.findIndex(({ id }) => id === message.id);
      const wrong = unlikeAnswer(message, messages[place - 1]);
      if (wrong === undefined) continue;
      const where = `${this.chatId}: a second tab, at ${Date.now()}`;
      this.#journal.problems.push(`${where}: ${message.id} ${wrong}`);
    }
    tab.close();
  }
}

/** What is wrong with a message that ended well, seen with its question. */
function unlikeAnswer(
  message: UIMessage,
  asked: UIMessage | undefined,
): string | undefined {
  // A page may be opened before the question is in the log.
  if (asked?.role !== 'user') return undefined;
  const question = parseQuestion(textOf(asked));
  const [expected, text] = [answerText(question), textOf(message)];
  // Nor is the answer before there, where it was stopped before its first word.
  const isOfNewer = text !== '' && !text.startsWith(`${question.name}/`);
  if (isOfNewer) return undefined;
  const isOpen = message.parts.at(-1)?.type.startsWith('tool-') === true;
  return text === expected || isOpen
    ? undefined
    : `ended as complete with ${JSON.stringify(message.parts)}, not ${JSON.stringify(expected)}`;
}
