import type { UIMessage } from 'ai';
import { DurableChatError, type DurableSession } from '../session/index.js';
import { saidMessage } from './said-message.js';
import { sentOptions } from './sent-options.js';
import type { ChatActions } from './use-durable-chat-types.js';

/** The messages of the page, which `setMessages` may have made its own. */
export interface PageMessages<UI_MESSAGE extends UIMessage> {
  readonly messages: () => readonly UI_MESSAGE[];
  readonly setMessages: (messages: readonly UI_MESSAGE[]) => void;
}

/**
 * The functions of `useChat`, done by a session. What goes wrong with a message
 * or a new answer is told by `error` and `onError`, and rejects nothing; a tool
 * answer that came second rejects, and nobody has to catch that. What can never
 * be done throws before anything is: it is the app that is wrong.
 */
export function chatActions<UI_MESSAGE extends UIMessage>(
  session: DurableSession<UI_MESSAGE>,
  page: PageMessages<UI_MESSAGE>,
): ChatActions<UI_MESSAGE> {
  const addToolOutput: ChatActions<UI_MESSAGE>['addToolOutput'] = (given) => {
    const { toolCallId, output, errorText = '' } = given;
    const answer =
      given.state === 'output-error'
        ? { toolCallId, errorText }
        : { toolCallId, output };
    return optional(session.answerTool(answer, sentOptions(given.options)));
  };
  return {
    addToolOutput,
    addToolResult: addToolOutput,
    addToolApprovalResponse: ({ options, ...answer }) =>
      optional(session.answerApproval(answer, sentOptions(options))),
    clearError: () => session.clearError(),
    fork: (options) => session.fork(options),
    setPresence: (change) => session.setPresence(change),
    stop: () => optional(session.stop()),
    async resumeStream(options) {
      const { headers } = sentOptions(options);
      if (headers !== undefined) throw lasting();
      if (session.getSnapshot().connection === 'idle') session.reconnect();
    },
    async sendMessage(message, options) {
      const sent = sentOptions(options);
      // The server goes on by itself with what is there.
      if (message === undefined) return;
      const { messageId } = message;
      const said = await saidMessage<UI_MESSAGE>(message);
      await told(
        messageId === undefined
          ? session.send(said, sent)
          : session.edit(messageId, said, sent),
      );
    },
    async regenerate({ messageId, ...options } = {}) {
      const sent = sentOptions(options);
      const answer = answerOf(session.getSnapshot().messages, messageId);
      await told(session.regenerate({ messageId: answer, ...sent }));
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

const lasting = (): DurableChatError =>
  new DurableChatError(
    'invalid-request',
    'There is one lasting connection: give its headers to useDurableChat.',
  );

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

/** Of a question, the answer to it that is there. */
function answerOf(
  messages: readonly UIMessage[],
  messageId: string | undefined,
): string | undefined {
  const index = messages.findIndex(({ id }) => id === messageId);
  if (messages[index]?.role !== 'user') return messageId;
  return messages.slice(index).find(({ role }) => role === 'assistant')?.id;
}
