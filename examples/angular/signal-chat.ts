import { signal } from '@angular/core';
import {
  AbstractChat,
  type ChatInit,
  type ChatState,
  type ChatStatus,
  type UIMessage,
} from 'ai';

/** What a Chat holds, as signals. */
class SignalState implements ChatState<UIMessage> {
  readonly #messages = signal<UIMessage[]>([]);
  readonly #status = signal<ChatStatus>('ready');
  readonly #error = signal<Error | undefined>(undefined);

  constructor(messages: UIMessage[]) {
    this.#messages.set(messages);
  }

  get messages(): UIMessage[] {
    return this.#messages();
  }
  set messages(messages: UIMessage[]) {
    this.#messages.set(messages);
  }

  get status(): ChatStatus {
    return this.#status();
  }
  set status(status: ChatStatus) {
    this.#status.set(status);
  }

  get error(): Error | undefined {
    return this.#error();
  }
  set error(error: Error | undefined) {
    this.#error.set(error);
  }

  readonly pushMessage = (message: UIMessage): void =>
    this.#messages.update((all) => [...all, message]);

  readonly popMessage = (): void =>
    this.#messages.update((all) => all.slice(0, -1));

  /** A copy: the Chat goes on writing into the message that it hands over. */
  readonly replaceMessage = (index: number, message: UIMessage): void =>
    this.#messages.update((all) => all.with(index, structuredClone(message)));

  readonly snapshot = <T>(value: T): T => structuredClone(value);
}

/** The AI SDK's Chat for Angular, as its own `Chat` for React is one for it. */
export class SignalChat extends AbstractChat<UIMessage> {
  constructor({ messages = [], ...init }: ChatInit<UIMessage>) {
    super({ ...init, state: new SignalState(messages) });
  }
}
