import type { UIMessage } from 'ai';
import {
  approvalOf,
  isToolPart,
  messageParts,
  toolNameOf,
  type MessagePart,
} from '../protocol/index.js';
import type { ApprovalRequest } from './session-snapshot.js';

/** Remembers what it found, for as long as somebody has the part or message. */
export class ApprovalRequests {
  readonly #ofMessage = new WeakMap<UIMessage, readonly ApprovalRequest[]>();
  readonly #ofPart = new WeakMap<MessagePart, ApprovalRequest>();

  /** The message's open requests. */
  of(message: UIMessage): readonly ApprovalRequest[] {
    const known = this.#ofMessage.get(message);
    if (known !== undefined) return known;
    const requests = messageParts(message)
      .filter(
        (part) => isToolPart(part) && part['state'] === 'approval-requested',
      )
      .map((part) => this.#ofOne(message, part));
    this.#ofMessage.set(message, requests);
    return requests;
  }

  #ofOne({ id: messageId }: UIMessage, part: MessagePart): ApprovalRequest {
    const known = this.#ofPart.get(part);
    if (known !== undefined) return known;
    const request = {
      id: String(approvalOf(part)?.['id']),
      messageId,
      toolCallId: String(part['toolCallId']),
      toolName: String(toolNameOf(part)),
      input: part['input'],
    };
    this.#ofPart.set(part, request);
    return request;
  }
}
