'use client';

import { useChat } from '@ai-sdk/react';
import { useEffect, useRef, useState } from 'react';
import { addQuestion } from '@/client/add-question';
import { chatOf, isBusy, transport } from '@/client/chats';
import { tellOtherTabs } from '@/client/other-tabs';
import { saveChat } from '@/client/saved-chats';
import { ChatHeader } from '@/components/chat-header';
import { Composer } from '@/components/composer';
import { EmptyState } from '@/components/empty-state';
import { MessageList } from '@/components/message-list';
import type { ApprovalAnswer } from '@/components/tool-card';
import type { DemoMessage } from '@/lib/demo-message';
import { isAsking } from '@/lib/is-asking';
import { titleOf } from '@/lib/title-of';
import styles from './chat-view.module.css';

interface ChatViewProps {
  readonly id: string;
  /** As the server had them when it rendered the page. */
  readonly loaded: DemoMessage[];
}

/** One chat: what was said, what is being said, and where to say more. */
export function ChatView({ id, loaded }: ChatViewProps) {
  const [chat] = useState(() => chatOf(id, loaded));
  const { messages, status, error, ...actions } = useChat({
    chat,
    resume: true,
    throttle: 40,
  });
  const composer = useRef<HTMLTextAreaElement>(null);
  const [stopError, setStopError] = useState<Error>();
  const title = titleOf(messages);
  const busy = isBusy({ status });

  useEffect(() => tellOtherTabs(id, status), [id, status]);
  useEffect(() => {
    // Without the question the answer is still worth reading.
    if (status === 'streaming') addQuestion(id).catch(() => undefined);
  }, [id, status]);
  useEffect(() => {
    if (title !== undefined) saveChat({ id, title });
  }, [id, title]);

  const send = (text: string) => {
    setStopError(undefined);
    void actions.sendMessage({ text });
    focusUnlessTouched(composer.current);
  };
  const answer = (approval: ApprovalAnswer) => {
    void actions.addToolApprovalResponse(approval);
    focusUnlessTouched(composer.current);
  };
  const stop = () => {
    transport.stop({ chatId: id }).catch(setStopError);
  };

  return (
    <div className={styles.chat} data-testid="chat" data-status={status}>
      <ChatHeader title={title} />
      {messages.length === 0 ? (
        <EmptyState onChoose={send} />
      ) : (
        <MessageList
          messages={messages}
          status={status}
          error={error ?? stopError}
          onAnswer={answer}
          onRegenerate={() => void actions.regenerate()}
        />
      )}
      <Composer
        input={composer}
        busy={busy}
        asking={!busy && isAsking(messages)}
        onSend={send}
        onStop={stop}
      />
    </div>
  );
}

/** The button that was pressed is gone; but no keyboard should jump up. */
function focusUnlessTouched(element: HTMLElement | null): void {
  if (matchMedia('(pointer: fine)').matches) element?.focus();
}
