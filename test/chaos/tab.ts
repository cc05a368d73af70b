import { setTimeout as sleep } from 'node:timers/promises';
import {
  isToolUIPart,
  lastAssistantMessageIsCompleteWithToolCalls,
  type UIMessage,
} from 'ai';
import { textOf, until } from '../support/chat-client.js';
import { Traveller } from '../support/journey.js';
import { within } from './within.js';

/** Of what may take as long as an answer does, faults and all. */
const ANSWER_LIMIT_MS = 90_000;
/** Of one request. */
const REQUEST_LIMIT_MS = 30_000;
/** How often a user presses the button of what failed. */
const PRESSES = 40;

const RECONNECT = {
  initialDelayMs: 50,
  maxDelayMs: 1_000,
  giveUpAfterMs: 30_000,
  stallTimeoutMs: 3_000,
};

/** A page with a chat: the AI SDK's Chat, and a user who waits for it. */
export class Tab {
  readonly #chatId: string;
  readonly #traveller: Traveller;

  /** `answersCalls`: where several pages did, each would go on by itself. */
  constructor(api: string, chatId: string, answersCalls: boolean) {
    this.#chatId = chatId;
    this.#traveller = new Traveller(
      { api },
      {
        id: chatId,
        transport: { reconnect: RECONNECT },
        init: {
          generateId: () => crypto.randomUUID(),
          sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
          onToolCall: ({ toolCall: { toolCallId } }) => {
            if (answersCalls) this.#answerCall(toolCallId);
          },
        },
      },
    );
  }

  /** A page that is opened on a chat that may be there already. */
  static async open(
    api: string,
    chatId: string,
    answersCalls = false,
  ): Promise<Tab> {
    const tab = new Tab(api, chatId, answersCalls);
    const { messages } = await tab.#press(() =>
      tab.#tab.transport.load({ chatId }),
    );
    tab.#tab.chat.messages = messages;
    return tab;
  }

  get messages(): readonly UIMessage[] {
    return this.#traveller.journey().messages;
  }

  get finishes() {
    return this.#traveller.journey().finishes;
  }

  get hasFailed(): boolean {
    return this.#tab.chat.status === 'error';
  }

  send(text: string): Promise<void> {
    return this.#follow(this.#tab.chat.sendMessage({ text }));
  }

  regenerate(): Promise<void> {
    return this.#follow(this.#tab.chat.regenerate());
  }

  resume(): Promise<void> {
    return this.#follow(this.#tab.chat.resumeStream());
  }

  stop(): Promise<{ stopped: boolean }> {
    const chatId = this.#chatId;
    return this.#press(() => this.#tab.transport.stop({ chatId }));
  }

  /** Answers what a message of an earlier page still asks; false: it doesn't. */
  async answerOpenCalls(): Promise<boolean> {
    const open = (this.#tab.chat.lastMessage?.parts ?? []).filter(
      (part) => isToolUIPart(part) && part.state === 'input-available',
    );
    for (const part of open) {
      if (isToolUIPart(part)) this.#answerCall(part.toolCallId);
    }
    if (open.length > 0) await this.#follow(Promise.resolve());
    return open.length > 0;
  }

  /** Resolves when the newest message has so many characters. */
  hasText(length: number): Promise<void> {
    return until(
      this.#tab,
      ({ lastMessage }) =>
        lastMessage?.role === 'assistant' &&
        textOf(lastMessage).length >= length,
    );
  }

  /** The page is gone, whatever it was doing. */
  close(): void {
    this.#tab.transport.close();
  }

  get #tab() {
    return this.#traveller.tab;
  }

  #answerCall(toolCallId: string): void {
    // Not awaited: the Chat adds it when it has done with the present chunk.
    void this.#tab.chat.addToolOutput({
      tool: 'askBack',
      toolCallId,
      output: 'yes',
    });
  }

  /** Waits until the Chat rests, continuations included. */
  async #follow(begun: Promise<void>): Promise<void> {
    const rests = async (): Promise<void> => {
      await begun;
      // What is sent by itself begins a little after the end.
      await sleep(20);
      await until(this.#tab, ({ status }) =>
        ['ready', 'error'].includes(status),
      );
    };
    await within(rests(), ANSWER_LIMIT_MS, `${this.#chatId}: an answer`);
  }

  /** What fails is asked for again. */
  async #press<T>(ask: () => Promise<T>): Promise<T> {
    for (let presses = 1; ; presses += 1) {
      const what = `${this.#chatId}: a request`;
      try {
        return await within(ask(), REQUEST_LIMIT_MS, what);
      } catch (error) {
        if (presses === PRESSES) throw error;
        await sleep(250);
      }
    }
  }
}
