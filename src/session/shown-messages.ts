import type { UIMessage } from 'ai';
import type { ListedMessage } from '../protocol/index.js';
import { ApprovalRequests } from './approval-requests.js';
import { sameItems } from './same-items.js';
import type { ApprovalRequest } from './session-snapshot.js';

type MessageOf = (id: string) => UIMessage | undefined;

/**
 * The messages of the list as a snapshot shows them. What was touched since the
 * last reading is put in its place; all else is not looked at.
 */
export class ShownMessages {
  readonly #messageOf: MessageOf;
  readonly #requests = new ApprovalRequests();
  #messages: readonly UIMessage[] = [];
  #approvals: readonly ApprovalRequest[] = [];
  #authors: ReadonlyMap<string, string> = new Map();
  #listed: readonly ListedMessage[] = [];
  /** By message id, where it stands; of one that holds nothing, nowhere. */
  #places = new Map<string, number | undefined>();
  readonly #touched = new Set<string>();
  #haveCallsChanged = false;

  constructor(messageOf: MessageOf) {
    this.#messageOf = messageOf;
  }

  /** Says that a message is another one than before, and maybe its calls. */
  touch(messageId: string, haveCallsChanged: boolean): void {
    this.#touched.add(messageId);
    this.#haveCallsChanged ||= haveCallsChanged;
  }

  read(listed: readonly ListedMessage[]) {
    if (listed !== this.#listed) this.#place(listed);
    const touched = [...this.#touched].filter((id) => this.#places.has(id));
    this.#touched.clear();
    if (!touched.every((id) => this.#replace(id))) this.#place(listed);
    if (this.#haveCallsChanged) this.#findApprovals();
    return {
      messages: this.#messages,
      authors: this.#authors,
      approvals: this.#approvals,
    };
  }

  #place(listed: readonly ListedMessage[]): void {
    if (listed !== this.#listed) {
      this.#authors = new Map(listed.map((one) => [one.id, one.authorId]));
    }
    this.#listed = listed;
    const messages: UIMessage[] = [];
    this.#places = new Map();
    for (const { id } of listed) {
      const message = this.#messageOf(id);
      const isShown = hasContent(message);
      this.#places.set(id, isShown ? messages.length : undefined);
      if (isShown) messages.push(message);
    }
    this.#messages = sameItems(this.#messages, messages);
    this.#haveCallsChanged = true;
  }

  /** Puts it anew where it stands; `false` where it comes or goes. */
  #replace(id: string): boolean {
    const message = this.#messageOf(id);
    const place = this.#places.get(id);
    if (!hasContent(message)) return place === undefined;
    if (place === undefined) return false;
    if (this.#messages[place] !== message) {
      this.#messages = this.#messages.with(place, message);
    }
    return true;
  }

  #findApprovals(): void {
    const found = this.#messages.flatMap((one) => this.#requests.of(one));
    this.#approvals = sameItems(this.#approvals, found);
    this.#haveCallsChanged = false;
  }
}

/** An answer of which nothing has come, but that a step began, is not shown. */
const hasContent = (message: UIMessage | undefined): message is UIMessage =>
  message !== undefined &&
  (message.role !== 'assistant' ||
    message.parts.some(({ type }) => type !== 'step-start'));
