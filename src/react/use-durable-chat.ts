import { useEffect, useMemo, useRef, useState } from 'react';
import type { UIMessage } from 'ai';
import { DurableSession } from '../session/index.js';
import { chatActions } from './chat-actions.js';
import { withLocal, type LocalMessages } from './local-messages.js';
import { connectionOf } from './transport-options.js';
import { useSession } from './use-session.js';
import type {
  UseDurableChatHelpers,
  UseDurableChatOptions,
} from './use-durable-chat-types.js';

/**
 * `useChat` for a chat that several users, devices and agents share: all that
 * `useChat` returns, with the same meaning, and who is there. Its server is
 * `createDurableChat({ agents })`. Of several components with the same chat one
 * holds the hook, and hands on its `session`.
 */
export function useDurableChat<UI_MESSAGE extends UIMessage = UIMessage>(
  options: UseDurableChatOptions<UI_MESSAGE>,
): UseDurableChatHelpers<UI_MESSAGE> {
  const { session, id } = useOwnSession(options);
  const snapshot = useSession(
    session,
    options.throttle ?? options.experimental_throttle,
  );
  const [local, setLocal] = useState<LocalOf<UI_MESSAGE>>();
  const own = local?.session === session ? local : undefined;
  const { messages: initial = [] } = options;
  // Nothing has been read of it yet: it is as the page was rendered with it.
  const isUnread =
    snapshot.actorId === undefined && snapshot.messages.length === 0;
  const shown = isUnread ? initial : snapshot.messages;
  const messages = useMemo(() => withLocal(shown, own), [shown, own]);
  const current = useRef(messages);
  useEffect(() => {
    current.current = messages;
  });
  const actions = useMemo(
    () =>
      chatActions(session, {
        messages: () => current.current,
        setMessages: (next) => {
          const { messages: base } = session.getSnapshot();
          current.current = next;
          setLocal({ session, base, messages: next });
        },
      }),
    [session],
  );
  // CAST: of the app's kind, and nobody may change them, as with `useChat`.
  const mutable = messages as UI_MESSAGE[];
  return { ...snapshot, ...actions, id, session, messages: mutable };
}

type LocalOf<UI_MESSAGE extends UIMessage> = LocalMessages<UI_MESSAGE> & {
  readonly session: DurableSession<UI_MESSAGE>;
};

/** One session for each chat that the component shows. */
function useOwnSession<UI_MESSAGE extends UIMessage>(
  options: UseDurableChatOptions<UI_MESSAGE>,
): { readonly session: DurableSession<UI_MESSAGE>; readonly id: string } {
  const newest = useRef(options);
  useEffect(() => {
    newest.current = options;
  });
  const [ownId] = useState(() => crypto.randomUUID());
  const { id = ownId, deviceId, name, session: given, transport } = options;
  const { api = transport?.options.api } = options;
  // Who changes other options than these goes on with what there is.
  const session = useMemo(
    () =>
      given ??
      new DurableSession<UI_MESSAGE>({
        ...(transport && connectionOf(transport)),
        ...options,
        ...(api !== undefined && { api }),
        chatId: id,
        onError: (error) => newest.current.onError?.(error),
        onData: (part) => newest.current.onData?.(part),
        onFinish: (end) => newest.current.onFinish?.(end),
        onToolCall: (call) => newest.current.onToolCall?.(call),
      }),
    [given, id, api, deviceId, name],
  );
  return { session, id };
}
