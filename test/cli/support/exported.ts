import { expect } from 'vitest';
import { runCli } from './run-cli.js';

/** What `export` writes of a chat. */
export async function exported(
  streams: { readonly url: string },
  chatId: string,
  format = 'json',
): Promise<string> {
  const { code, stdout, stderr } = await runCli(
    'export',
    streams.url,
    chatId,
    '--format',
    format,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
