import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { DurableStreamTestServer } from '@durable-streams/server';
import { answerQuestions } from './answer-questions.js';
import { processCpu } from './process-cpu.js';
import type { StoreUsage } from './store-usage.js';

// The process of the official streams server, in memory.
const sockets = new Set<Socket>();
const gone = { bytesIn: 0, bytesOut: 0 };
let requests = 0;
let connections = 0;

subscribe('http.server.request.start', (message) => {
  // CAST: what Node's docs say of this channel.
  const { response, socket } = message as {
    response: ServerResponse;
    socket: Socket;
  };
  requests += 1;
  connections += 1;
  response.once('close', () => {
    connections -= 1;
  });
  if (sockets.has(socket)) return;
  sockets.add(socket);
  socket.once('close', () => {
    sockets.delete(socket);
    gone.bytesIn += socket.bytesRead;
    gone.bytesOut += socket.bytesWritten;
  });
});

function usage(): StoreUsage {
  let { bytesIn, bytesOut } = gone;
  for (const { bytesRead, bytesWritten } of sockets) {
    bytesIn += bytesRead;
    bytesOut += bytesWritten;
  }
  return { requests, bytesIn, bytesOut, cpu: processCpu(), connections };
}

const server = new DurableStreamTestServer({ port: 0 });
answerQuestions(await server.start(), { usage, sockets: () => sockets.size });
