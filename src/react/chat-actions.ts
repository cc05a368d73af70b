import type { FileUIPart, UIMessage } from 'ai';
import type { DurableSession, NewMessage } from '../session/index.js';
import { fileParts } from './file-parts.js';
import type { ChatActions } from './use-durable-chat-types.js';

/** The messages of the page, which `setMessages` may have made its own. */
export interface PageMessages<UI_MESSAGE extends UIMessage> {
  readonly messages: () => readonly UI_MESSAGE[];
  readonly setMessages: (messages: readonly UI_MESSAGE[]) => void;
}

/**
 * The functions of `useChat`, done by a session. What goes wrong with a message
 * or a new answer is told by `error` and `onError`, and rejects nothing; a tool
 * answer that came second rejects, and nobody has to catch that.
 */
export function chatActions<UI_MESSAGE extends UIMessage>(
  session: DurableSession<UI_MESSAGE>,
  page: PageMessages<UI_MESSAGE>,
): ChatActions<UI_MESSAGE> {
  const addToolOutput: ChatActions<UI_MESSAGE>['addToolOutput'] = (given) => {
    const { toolCallId, output, errorText } = given;
    return optional(
      session.answerTool(
        given.state === 'output-error'
          ? { toolCallId, errorText: errorText ?? '' }
          : { toolCallId, output },
      ),
    );
  };
  return {
    addToolOutput,
    addToolResult: addToolOutput,
    addToolApprovalResponse: ({ id, approved, reason }) =>
      optional(session.answerApproval({ id, approved, reason })),
    clearError: () => session.clearError(),
    fork: (options) => session.fork(options),
    setPresence: (change) => session.setPresence(change),
    stop: () => optional(session.stop()),
    resumeStream: () => {
      if (session.getSnapshot().connection === 'idle') session.reconnect();
      return Promise.resolve();
    },
    async sendMessage(message) {
      // The server goes on by itself with what is there.
      if (message === undefined) return;
      const { messageId } = message;
      const said = await newMessage<UI_MESSAGE>(message);
      await told(
        messageId === undefined
          ? session.send(said)
          : session.edit(messageId, said),
      );
    },
    async regenerate({ messageId } = {}) {
      const answer = answerOf(session.getSnapshot().messages, messageId);
      await told(session.regenerate({ messageId: answer }));
    },
    setMessages(next) {
      const messages = [...page.messages()];
      page.setMessages(typeof next === 'function' ? next(messages) : next);
    },
    experimental_queuedMessages: [],
    experimental_removeQueuedMessage: () => undefined,
    experimental_sendQueuedMessageNow: () => Promise.resolve(),
  };
}

/** The error is shown; it is nobody's to catch. */
const told = (promise: Promise<unknown>): Promise<void> =>
  promise.then(ignore, ignore);

/** Rejects, but not for who does not look. */
function optional(promise: Promise<unknown>): Promise<void> {
  const settled = promise.then(ignore);
  settled.catch(ignore);
  return settled;
}

const ignore = (): void => undefined;

/** As `useChat` takes it: a text, files or parts. */
interface Said {
  readonly id?: string;
  readonly text?: string | undefined;
  readonly files?: FileList | readonly FileUIPart[] | undefined;
  readonly parts?: UIMessage['parts'] | undefined;
  readonly metadata?: unknown;
}

async function newMessage<UI_MESSAGE extends UIMessage>({
  id,
  text,
  files,
  parts,
  metadata,
}: Said): Promise<NewMessage<UI_MESSAGE>> {
  const all = parts ?? [
    ...(await fileParts(files)),
    ...(text === undefined ? [] : [{ type: 'text' as const, text }]),
  ];
  const named = id === undefined ? {} : { id };
  return { message: { ...named, parts: all, metadata } };
}

/** Of a question, the answer to it that is there. */
function answerOf(
  messages: readonly UIMessage[],
  messageId: string | undefined,
): string | undefined {
  const index = messages.findIndex(({ id }) => id === messageId);
  if (messages[index]?.role !== 'user') return messageId;
  return messages.slice(index).find(({ role }) => role === 'assistant')?.id;
}
