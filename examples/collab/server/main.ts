import { createServer, type Server } from 'node:http';
import { chat } from './chat.ts';
import { pageListener } from './page-listener.ts';
import { port } from './settings.ts';
import { webListener } from './web-listener.ts';

const HOST = '127.0.0.1';
const FIRST_PORT = 3200;

const showPage = pageListener();
const answerApi = webListener((request) => chat.handle(request));

const server = createServer((incoming, outgoing) => {
  const isApi = incoming.url?.startsWith('/api/chat') ?? false;
  (isApi ? answerApi : showPage)(incoming, outgoing);
});

const url = `http://${HOST}:${await listen(server)}`;
console.log(`\n  Ready: the room is at ${url}\n  Stop it with Ctrl+C.\n`);

/** On the given port, or on the first free one of a hundred. */
async function listen(own: Server): Promise<number> {
  if (port !== undefined) return listenOn(own, port);
  for (let tried = FIRST_PORT; tried < FIRST_PORT + 100; tried += 1) {
    try {
      return await listenOn(own, tried);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  throw new Error(`No port from ${FIRST_PORT} on is free. Give one: PORT=…`);
}

function listenOn(own: Server, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    own.once('error', reject);
    own.listen(wanted, HOST, () => {
      own.off('error', reject);
      resolve(wanted);
    });
  });
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  );
}
