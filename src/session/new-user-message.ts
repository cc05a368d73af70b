import type { FileUIPart, UIMessage } from 'ai';

/** What a user says: a text, with files, or a message of the app's making. */
export type NewMessage<UI_MESSAGE extends UIMessage = UIMessage> =
  | {
      readonly text: string;
      readonly files?: readonly FileUIPart[] | undefined;
      readonly metadata?: UI_MESSAGE['metadata'];
      readonly message?: never;
    }
  | {
      readonly message: Pick<UI_MESSAGE, 'parts'> &
        Partial<Pick<UI_MESSAGE, 'id' | 'metadata'>>;
      readonly text?: never;
    };

/** The message in full, of role `user`; an id is made where it has none. */
export function newUserMessage(
  said: NewMessage,
  generateId: () => string,
): UIMessage {
  if (said.message !== undefined) {
    const { id = generateId(), parts, metadata } = said.message;
    return { id, role: 'user', ...withMetadata(metadata), parts };
  }
  const { text, files = [], metadata } = said;
  const parts: UIMessage['parts'] = [...files, { type: 'text', text }];
  return { id: generateId(), role: 'user', ...withMetadata(metadata), parts };
}

const withMetadata = (metadata: unknown): Pick<UIMessage, 'metadata'> =>
  metadata === undefined ? {} : { metadata };
