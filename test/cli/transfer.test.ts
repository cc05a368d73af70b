import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headStream, logTarget, openBlob } from '../../src/log/index.js';
import { documentText } from '../../src/cli/chat-document.js';
import { blobPlaces } from '../../src/cli/streams-location.js';
import { sequence } from '../support/sequence.js';
import { IMAGE, IMAGE_ID, leaveChat } from './support/leave-chat.js';
import { runCli } from './support/run-cli.js';

let streams: TestStreams;
let dir: string;
beforeAll(async () => {
  streams = await startStreams();
  dir = await mkdtemp(join(tmpdir(), 'cli-'));
});
afterAll(async () => {
  await streams.stop();
  await rm(dir, { recursive: true, force: true });
});

const nextChat = sequence('transfer é');
const exists = async (chatId: string): Promise<boolean> =>
  (await headStream(logTarget(streams, chatId))).exists;

async function exported(chatId: string, format = 'json'): Promise<string> {
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

/** A file with these records, and whatever else is said. */
async function fileOf(
  name: string,
  records: readonly unknown[],
): Promise<string> {
  const file = join(dir, name);
  const document = { chatId: name, records, blobs: [] };
  await writeFile(file, [...documentText(document)].join(''));
  return file;
}

describe('export and import', () => {
  it('bring a chat elsewhere and back without a difference', async () => {
    const chatId = nextChat();
    await leaveChat(streams, chatId);
    const file = join(dir, 'chat.json');
    const told = await runCli(
      'export',
      streams.url,
      chatId,
      '-o',
      file,
      '--json',
    );
    expect(JSON.parse(told.stdout)).toEqual({
      chatId,
      file,
      records: 6,
      blobs: 1,
    });
    await using elsewhere = await startStreams();
    const imported = await runCli('import', elsewhere.url, file);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    const again = await runCli('export', elsewhere.url, chatId);
    expect(again.stdout).toBe(await readFile(file, 'utf8'));
  });

  it('name large parts by the new id where the chat gets one', async () => {
    const chatId = nextChat();
    await leaveChat(streams, chatId);
    const text = await exported(chatId);
    const file = join(dir, 'moved.json');
    await writeFile(file, text);
    const moved = `${chatId} moved`;
    await runCli('import', streams.url, file, '--chat', moved);
    const id = encodeURIComponent(moved);
    const copy = await exported(moved);
    expect(copy).toContain(`/api/chat/${id}/blobs/${IMAGE_ID}`);
    expect(copy).not.toContain(`/${encodeURIComponent(chatId)}/blobs`);
    const place = blobPlaces(streams, moved).of(IMAGE_ID);
    const blob = await openBlob(place, AbortSignal.timeout(5_000));
    expect(await new Response(blob).text()).toBe(IMAGE);
  });

  it('write a chat for people, with its tools and files', async () => {
    const chatId = nextChat();
    await leaveChat(streams, chatId);
    const text = await exported(chatId, 'markdown');
    expect(text).toBe(`# ${chatId}

## user (ada) · 2023-11-14T22:13:20.000Z

What is this?

![image/png](</api/chat/${encodeURIComponent(chatId)}/blobs/${IMAGE_ID}>)

## assistant (assistant) · 2023-11-14T22:13:21.000Z

A lake at dawn.

**Tool weather** (output-available)

Input:

\`\`\`json
{
  "city": "Bern"
}
\`\`\`

Output:

\`\`\`\`json
"\`\`\` sunny"
\`\`\`\`
`);
  });
});

describe('import', () => {
  it('leaves a chat alone that is there already', async () => {
    const chatId = nextChat();
    await leaveChat(streams, chatId);
    const before = await exported(chatId);
    const file = join(dir, 'again.json');
    await writeFile(file, before);
    const { code, stderr } = await runCli(
      'import',
      streams.url,
      file,
      '--json',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'rejected' } });
    expect(await exported(chatId)).toBe(before);
  });

  it('says which record is wrong, and begins nothing', async () => {
    const right = {
      type: 'app-note',
      key: 'n',
      value: 1,
      headers: { operation: 'insert' },
    };
    const wrong = { ...right, type: 'run', value: { id: 'n' } };
    const file = await fileOf('wrong', [right, wrong]);
    const { code, stderr } = await runCli('import', streams.url, file);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: The file cannot be imported: the value.messageId of record 2 is wrong.\n',
    );
    expect(await exists('wrong')).toBe(false);
  });

  it('leaves nothing behind where it does not come to its end', async () => {
    const record = (key: number): object => ({
      type: 'app-note',
      key: String(key),
      value: key,
      headers: { operation: 'insert' },
    });
    const records = Array.from({ length: 1_200 }, (_, key) => record(key));
    const file = await fileOf('half', records);
    await using broken = await startStreams();
    let posts = 0;
    broken.script = ({ method }) => {
      posts += method === 'POST' ? 1 : 0;
      return posts > 1 && method === 'POST'
        ? { kind: 'status', status: 400 }
        : { kind: 'pass' };
    };
    const { code, stderr } = await runCli('import', broken.url, file);
    expect(code).toBe(1);
    expect(stderr).toContain('status 400');
    expect(posts).toBe(2);
    expect(await headStream(logTarget(broken, 'half'))).toMatchObject({
      exists: false,
    });
  });
});
