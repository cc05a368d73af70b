import type { UseChatHelpers } from '@ai-sdk/react';
import { act, render } from '@testing-library/react';
import {
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
  type ChatInit,
  type UIMessage,
} from 'ai';
import type { DurableTransport } from 'ai-durable-transport';
import { StrictMode } from 'react';
import { until } from './open-durable-chat.js';
import { textOf } from './session-app.js';
import type { ToolPart } from './tool-part.js';

/** What an app for `useChat` gives to it. */
export type ChatPageOptions = Pick<
  ChatInit<UIMessage>,
  | 'id'
  | 'onData'
  | 'onError'
  | 'onFinish'
  | 'onToolCall'
  | 'sendAutomaticallyWhen'
> & { readonly transport: DurableTransport };

export type Chat = UseChatHelpers<UIMessage>;
export type ChatHook = (options: ChatPageOptions) => Chat;

interface ChatPageProps {
  readonly useIt: ChatHook;
  readonly id: string;
  readonly transport: DurableTransport;
  /** What there is to press. */
  readonly acts: Readonly<Record<string, (chat: Chat) => unknown>>;
  readonly told: string[];
}

/** A page as apps write it, on whichever hook. */
function ChatPage({ useIt, id, transport, acts, told }: ChatPageProps) {
  const chat = useIt({
    id,
    transport,
    sendAutomaticallyWhen: (state) =>
      lastAssistantMessageIsCompleteWithToolCalls(state) ||
      lastAssistantMessageIsCompleteWithApprovalResponses(state),
    onToolCall: ({ toolCall: { toolName, toolCallId } }) => {
      told.push(`call ${toolName}`);
      if (toolName !== 'clock') return;
      const answer = { tool: toolName, toolCallId, output: 'noon' };
      void chat.addToolOutput(answer);
    },
    onData: ({ type, data }) => void told.push(`${type} ${String(data)}`),
    onError: ({ message }) => void told.push(`error ${message}`),
    onFinish: ({ message, messages, isAbort, isDisconnect, isError }) => {
      const said = isAbort ? 'aborted' : textOf(message);
      const flags = `${isDisconnect}, ${isError}`;
      told.push(`finish ${said}, ${messages.length}, ${flags}`);
    },
  });
  return (
    <main>
      <output>{chat.status}</output>
      <p>{chat.error?.message}</p>
      <ol>
        {chat.messages.map((message) => (
          <li key={message.id}>{message.parts.map(partText).join(' | ')}</li>
        ))}
      </ol>
      {Object.entries(acts).map(([name, run]) => (
        <button key={name} onClick={() => void run(chat)}>
          {name}
        </button>
      ))}
    </main>
  );
}

function partText(part: UIMessage['parts'][number]): string {
  if (part.type === 'text') return part.text;
  if (part.type === 'file') return `${part.filename}, ${part.url}`;
  if ('toolCallId' in part) {
    const { type, state, output }: ToolPart = part;
    return `${type} ${state} ${String(output)}`;
  }
  return 'data' in part ? `${part.type} ${String(part.data)}` : part.type;
}

/** The page in a browser's place, with what can be seen of it and done to it. */
export function openChatPage(props: ChatPageProps) {
  const page = render(<ChatPage {...props} />, { wrapper: StrictMode });
  const { container } = page;
  const textsOf = (selector: string): string[] =>
    [...container.querySelectorAll(selector)].map(
      ({ textContent }) => textContent,
    );
  const seen = () => ({
    status: textsOf('output').join(),
    error: textsOf('p').join(),
    lines: textsOf('li'),
  });
  return {
    seen,
    press(name: string): void {
      const buttons = [...container.querySelectorAll('button')];
      act(() => buttons.find((one) => one.textContent === name)?.click());
    },
    /** Resolves when nothing is under way and the last message says so. */
    rests: (words: string) =>
      until(() => {
        const { status, lines } = seen();
        const isOver = status === 'ready' || status === 'error';
        return isOver && (lines.at(-1) ?? '').includes(words);
      }),
    until: (isSo: (now: ReturnType<typeof seen>) => boolean) =>
      until(() => isSo(seen())),
    leave: () => page.unmount(),
  };
}
