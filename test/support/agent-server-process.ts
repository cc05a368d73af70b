/**
 * An instance of an app with agents, in a process of its own, to be killed.
 *
 * Started by `startListening`. Imports by path: the package's own name leads to
 * `dist` here, which a test must not need.
 */
import { createDurableChat } from '../../src/server/index.js';
import { serve } from './serve.js';
import { authorizeByHeader, echo } from './session-app.js';

const { STREAMS_URL = '', LEASE_MS = '', TTL_MS = '30000' } = process.env;

const chat = createDurableChat({
  streams: { url: STREAMS_URL },
  leaseMs: Number(LEASE_MS),
  presence: { ttlMs: Number(TTL_MS) },
  authorize: authorizeByHeader,
  agents: { echo: echo('echo', 5) },
  onInterrupted: 'restart',
});
const { url } = await serve(chat.handle);
process.send?.({ kind: 'listening', url });
process.on('disconnect', () => process.exit());
