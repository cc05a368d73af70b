import { renderHook } from '@testing-library/react';
import {
  useApprovals,
  useDurableChat,
  usePresence,
  type UseDurableChatHelpers,
  type UseDurableChatOptions,
} from 'ai-durable-transport/react';
import { StrictMode } from 'react';
import { vi } from 'vitest';
import { EAGER } from './journey.js';

/** A page with the hook of a session, of ann unless it says otherwise. */
export const openDurableChat = ({
  onRender,
  ...options
}: UseDurableChatOptions & {
  readonly onRender?: (chat: UseDurableChatHelpers) => void;
}) =>
  renderHook(
    () => {
      const chat = useDurableChat({
        reconnect: EAGER,
        headers: { 'x-actor': 'ann' },
        ...options,
      });
      onRender?.(chat);
      const here = usePresence(chat.session);
      const asked = useApprovals(chat.session);
      return { ...chat, here, asked };
    },
    { wrapper: StrictMode },
  );

/** Looks again and again until it is so. */
export const until = (isSo: () => boolean): Promise<void> =>
  vi.waitUntil(isSo, { timeout: 20_000, interval: 5 }).then(() => undefined);
