import { embeddedStreams } from '../../../src/embedded/index.js';

/**
 * A process with embedded streams: `hold-directory.ts {dir} {waitMs} {task}`.
 * Tells its parent `ready` or what went wrong; then `hold` stays, `exit` has
 * nothing more to do, and must end by itself.
 */
const [dir = '', waitMs = '0', task = 'hold'] = process.argv.slice(2);
const streams = embeddedStreams({ dir, waitMs: Number(waitMs) });

try {
  const { status } = await streams.fetch(`${streams.url}/chat-1/log`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '[{"from":"child"}]',
  });
  process.stdout.write(`ready ${status}\n`);
} catch (error) {
  process.stdout.write(`failed ${JSON.stringify(describe(error))}\n`);
}

if (task === 'hold') setInterval(() => undefined, 60_000);

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  return { name: error.name, code, message: error.message };
}
