import {
  Component,
  computed,
  effect,
  input,
  resource,
  untracked,
} from '@angular/core';
import { DurableTransport } from 'ai-durable-transport';
import { SignalChat } from './signal-chat.js';

@Component({
  selector: 'app-chat',
  template: `
    <ol>
      @for (message of chat().messages; track message.id) {
        <li>
          {{ message.role }}:
          @for (part of message.parts; track $index) {
            @if (part.type === 'text') {
              <span>{{ part.text }}</span>
            }
          }
        </li>
      }
    </ol>
    @if (chat().error ?? loaded.error(); as error) {
      <p role="alert">{{ error.message }}</p>
    }
    @if (loaded.hasValue()) {
      <form (submit)="send($event, draft)">
        <input #draft aria-label="Message" />
        @if (isBusy()) {
          <button type="button" (click)="stop()">Stop</button>
        } @else {
          <button>Send</button>
        }
      </form>
    }
  `,
})
export class ChatComponent {
  readonly id = input.required<string>();
  readonly api = input('/api/chat');

  /** One transport for each chat that is shown. */
  readonly #shown = computed(() => {
    const transport = new DurableTransport({ api: this.api() });
    const id = this.id();
    // A Chat may write its signals as it is made: not allowed in `computed`.
    return untracked(() => ({
      transport,
      chat: new SignalChat({ id, transport }),
    }));
  });
  protected readonly chat = computed(() => this.#shown().chat);
  protected readonly isBusy = computed(() =>
    ['submitted', 'streaming'].includes(this.chat().status),
  );
  protected readonly loaded = resource({
    params: this.#shown,
    loader: async ({ params: { chat, transport } }) => {
      const { messages } = await transport.load({ chatId: chat.id });
      chat.messages = messages;
      void chat.resumeStream();
      return true;
    },
  });

  constructor() {
    // Whoever leaves in mid-answer finds it when they come back: it goes on.
    effect((onCleanup) => {
      const { transport } = this.#shown();
      onCleanup(() => transport.close());
    });
  }

  protected async send(event: Event, draft: HTMLInputElement): Promise<void> {
    event.preventDefault();
    const text = draft.value;
    draft.value = '';
    await this.chat().sendMessage({ text });
  }

  /** `stop` of the Chat would only stop reading. */
  protected async stop(): Promise<void> {
    const { transport, chat } = this.#shown();
    await transport.stop({ chatId: chat.id });
  }
}
