/** The streams server of the chaos: the official one, its streams in files. */
import { Server } from 'node:http';
import { DurableStreamTestServer } from '@durable-streams/server';
import { mendSegments } from '../../src/embedded/mend-segments.js';
import { keepHandlesOpen } from '../../src/embedded/keep-handles-open.js';
import { crashInAppend, type CrashPoint } from './crash-in-append.js';
import { settings } from './settings.js';

const { DIR = '', PORT = '0' } = await settings();

// What it has to mend after a crash, and what was slow, is no news here.
console.warn = () => undefined;
console.info = () => undefined;

await mendSegments(DIR);
const server = new DurableStreamTestServer({
  port: Number(PORT),
  dataDir: DIR,
});
keepHandlesOpen(server);
const arm = crashInAppend(server, () => {
  process.kill(process.pid, 'SIGKILL');
});
const url = await server.start();

process.on('message', (point) => {
  // CAST: what the parent sends, see child-server.ts.
  arm(point as CrashPoint);
});
process.once('SIGTERM', () => {
  // By name, for the class keeps it private. It waits for its readers.
  const http: unknown = server['server'];
  const stopped = server.stop();
  setTimeout(() => {
    if (http instanceof Server) http.closeAllConnections();
  }, 200);
  void stopped.then(() => process.exit(0));
});
process.send?.({ kind: 'listening', url });
