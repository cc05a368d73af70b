import type { UIMessage } from 'ai';
import type { DurableTransport } from '../client/index.js';
import {
  DurableChatError,
  type DurableSessionOptions,
} from '../session/index.js';

type Connecting = 'api' | 'headers' | 'credentials' | 'fetch' | 'reconnect';

/** What a session has no request for. */
const FOREIGN = [
  'body',
  'prepareSendMessagesRequest',
  'prepareReconnectToStreamRequest',
  'source',
  'stream',
] as const;

/**
 * What of a transport's options says how to connect.
 *
 * @throws DurableChatError `invalid-request` where a session could not do what
 * the transport does
 */
export function connectionOf<UI_MESSAGE extends UIMessage>({
  options,
}: Pick<DurableTransport<UI_MESSAGE>, 'options'>): Pick<
  DurableSessionOptions,
  Connecting
> {
  // Another transport than ours has none.
  const foreign =
    typeof options === 'object'
      ? FOREIGN.find((name) => options[name] !== undefined)
      : 'transport';
  if (foreign !== undefined) {
    throw new DurableChatError(
      'invalid-request',
      `useDurableChat: a session cannot take over the option ${foreign}.`,
    );
  }
  const { api, headers, credentials, fetch, reconnect } = options;
  return {
    ...(api !== undefined && { api }),
    ...(headers !== undefined && { headers }),
    ...(credentials !== undefined && { credentials }),
    ...(fetch !== undefined && { fetch }),
    reconnect,
  };
}
