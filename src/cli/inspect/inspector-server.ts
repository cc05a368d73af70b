import { randomBytes } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StreamsLocation } from '../streams-location.js';
import { ChatDirectory } from './chat-directory.js';
import { isAllowed } from './check-request.js';
import { Feeds } from './feeds.js';
import { answerApi } from './answer-api.js';
import { loadPageDocument, type PageDocument } from './page-document.js';

const HOST = '127.0.0.1';

export interface Inspector {
  /** The page's address. Who has it may read and end all chats. */
  readonly url: string;
  close(): Promise<void>;
}

export interface InspectorOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Chats that are shown whether or not the streams server lists any. */
  readonly chatIds: readonly string[];
}

/**
 * Serves the page, to this machine alone. What the streams server is asked for
 * is asked by this process: its credentials never reach the page.
 *
 * @throws what `listen` of Node's server does, such as `EADDRINUSE`
 */
export async function startInspector(
  streams: StreamsLocation,
  { port, chatIds }: InspectorOptions,
): Promise<Inspector> {
  const page = await loadPageDocument();
  const server = createServer();
  const own = await listen(server, port);
  const token = randomBytes(24).toString('base64url');
  const stage = {
    streams,
    directory: new ChatDirectory(streams, chatIds),
    feeds: new Feeds(streams),
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = URL.parse(request.url ?? '/', `http://${HOST}`);
    // `//` is a path that anybody may send, and no URL.
    if (url === null || !isAllowed(request, url, { port: own, token })) {
      response.writeHead(403).end('Open the address that inspect printed.\n');
      return;
    }
    if (url.pathname === '/') return sendPage(response, page);
    void answerApi(stage, { request, response, url });
  });
  return {
    url: `http://${HOST}:${own}/?token=${token}`,
    async close() {
      stage.directory.close();
      stage.feeds.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function sendPage(
  response: ServerResponse,
  { html, policy }: PageDocument,
): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.end(html);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      // CAST: a server that listens on TCP has an address of this kind.
      resolve((server.address() as AddressInfo).port);
    });
  });
}
