import { DefaultChatTransport } from 'ai';
import { loadPeer } from '../peers/load-peer.js';
import { loadClient } from './built-package.js';
import type { ContenderName, Transport } from './contender.js';

export type OpenTransport = (api: string) => Transport;

/** The client's half of a contender. */
export async function openTransportOf(
  name: ContenderName,
): Promise<OpenTransport> {
  switch (name) {
    case 'durable': {
      const { DurableTransport } = await loadClient();
      return (api) => new DurableTransport({ api });
    }
    case 'aisdk-transport': {
      // CAST: the package's `client.ts`, version 0.0.7.
      const { createDurableChatTransport } = (await loadPeer(
        '@durable-streams/aisdk-transport',
      )) as {
        createDurableChatTransport: (options: { api: string }) => Transport;
      };
      return (api) => createDurableChatTransport({ api });
    }
    case 'plain':
    case 'resumable-stream':
      return (api) => new DefaultChatTransport({ api });
  }
}
