import { startStreams } from 'ai-durable-transport/testing';
import { execFileSync, spawn } from 'node:child_process';
import { lstat, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  createStream,
  logTarget,
  openBlob,
  storeBlob,
} from '../../src/log/index.js';
import { messageRecord } from '../../src/protocol/index.js';
import { blobPlaces } from '../../src/cli/streams-location.js';
import { sequence } from '../support/sequence.js';
import { cliStage } from './support/cli-stage.js';
import { exported } from './support/exported.js';
import { IMAGE, IMAGE_ID, leaveChat } from './support/leave-chat.js';
import { runCli } from './support/run-cli.js';

const stage = cliStage();
const nextChat = sequence('transfer é');

describe('export and import', () => {
  it('bring a chat elsewhere and back without a difference', async () => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId);
    const file = join(stage.dir, 'chat.json');
    const told = await runCli(
      'export',
      stage.streams.url,
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
    await leaveChat(stage.streams, chatId);
    const text = await exported(stage.streams, chatId);
    const file = join(stage.dir, 'moved.json');
    await writeFile(file, text);
    const moved = `${chatId} moved`;
    await runCli('import', stage.streams.url, file, '--chat', moved);
    const id = encodeURIComponent(moved);
    const copy = await exported(stage.streams, moved);
    expect(copy).toContain(`/api/chat/${id}/blobs/${IMAGE_ID}`);
    expect(copy).not.toContain(`/${encodeURIComponent(chatId)}/blobs`);
    const place = blobPlaces(stage.streams, moved).of(IMAGE_ID);
    const blob = await openBlob(place, AbortSignal.timeout(5_000));
    expect(await new Response(blob).text()).toBe(IMAGE);
  });

  it('write a chat for people, with its tools and files', async () => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId);
    const text = await exported(stage.streams, chatId, 'markdown');
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

describe('export', () => {
  /** A chat whose image was damaged where it is stored. */
  async function leaveDamaged(chatId: string): Promise<void> {
    const createdAt = 1_700_000_000_000;
    const content = new TextEncoder().encode(IMAGE.toUpperCase());
    const blob = { id: IMAGE_ID, mediaType: 'image/png', content, createdAt };
    const places = blobPlaces(stage.streams, chatId);
    await storeBlob(places, { ...blob, bytes: content.length }, {});
    await createStream(logTarget(stage.streams, chatId), { body: '[]' });
  }

  it('says that a large part is damaged, which import would refuse', async () => {
    const chatId = nextChat();
    await leaveDamaged(chatId);
    const { code, stdout, stderr } = await runCli(
      'export',
      stage.streams.url,
      chatId,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(IMAGE_ID);
  });

  it('writes through a link, for whom the file was for', async () => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId);
    const file = join(stage.dir, 'private.json');
    await writeFile(file, 'before', { mode: 0o600 });
    const link = join(stage.dir, 'link.json');
    await symlink(file, link);
    await runCli('export', stage.streams.url, chatId, '-o', link);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(
      await exported(stage.streams, chatId),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('writes to what is no file, and leaves it there', async () => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId);
    const pipe = join(stage.dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('cat', [pipe], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const read = text(reader.stdout);
    const { code } = await runCli(
      'export',
      stage.streams.url,
      chatId,
      '-o',
      pipe,
    );
    expect(code).toBe(0);
    expect((await lstat(pipe)).isFIFO()).toBe(true);
    expect(await read).toBe(await exported(stage.streams, chatId));
  });

  it('gives orders to no terminal, and names no time that no calendar has', async () => {
    const chatId = nextChat();
    const evil = '\u001b]0;owned\u0007\u009b2J\u202etext\r\n\tline';
    const record = messageRecord({
      id: 'm1',
      role: 'user',
      parts: [{ type: 'text', text: evil }],
      parentId: null,
      actorId: evil,
      createdAt: Number.MAX_SAFE_INTEGER,
    });
    const body = JSON.stringify([record]);
    await createStream(logTarget(stage.streams, chatId), { body });
    const told = await exported(stage.streams, chatId, 'markdown');
    expect(told).toBe(
      `# ${chatId}\n\n## user ( ]0;owned 2J text line)\n\n]0;owned2Jtext\n\tline\n`,
    );
  });
});
