import { serveStreams } from 'ai-durable-transport/embedded';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendOnce, createStream, logTarget } from '../../src/log/index.js';
import { messageRecord } from '../../src/protocol/index.js';
import { sequence } from '../support/sequence.js';
import { leaveChat, RUN } from './support/leave-chat.js';
import { RunningCli, runCli } from './support/run-cli.js';

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

const nextChat = sequence('commands');

const said = (id: string, text: string) =>
  messageRecord({
    id,
    role: 'user',
    parts: [{ type: 'text', text }],
    parentId: null,
    actorId: 'ada',
    createdAt: 1_700_000_000_000,
  });

describe('streams', () => {
  it('serves a folder until it is told to end, and then again with its chats', async () => {
    const data = join(dir, 'served');
    await using server = new RunningCli(
      'streams',
      '--port',
      '0',
      '--data',
      data,
      '--json',
    );
    const { url, ...rest } = await server.json();
    expect(rest).toEqual({ dir: data });
    const log = `${String(url)}/chat/log`;
    expect((await fetch(log, { method: 'PUT' })).status).toBe(201);
    expect(await server.end('SIGTERM')).toBe(0);
    const again = await serveStreams({ dir: data, port: 0, waitMs: 0 });
    expect((await fetch(`${again.url}/chat/log`)).status).toBe(200);
    await again.close();
  });

  it('says what is in its way', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => taken.once('listening', done));
    // CAST: a server that listens on TCP has an address of this kind.
    const { port } = taken.address() as AddressInfo;
    const data = join(dir, 'taken');
    const { code, stderr } = await runCli(
      'streams',
      '--port',
      String(port),
      '--data',
      data,
    );
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^error: Port ${port} of 127.0.0.1 cannot be used: .*\n$`),
    );
  });
});

describe('tail', () => {
  it('shows what is there and what comes, until it is told to end', async () => {
    const chatId = nextChat();
    const log = logTarget(streams, chatId);
    const first = said('m1', 'One');
    await createStream(log, { body: JSON.stringify([first]) });
    await using tail = new RunningCli('tail', streams.url, chatId, '--json');
    const { offset, record } = await tail.json();
    expect(record).toEqual(first);
    const second = said('m2', 'Two');
    await appendOnce(log, {
      producer: { id: 'x', epoch: 0, seq: 0 },
      body: JSON.stringify(second),
    });
    const next = await tail.json();
    expect(next['record']).toEqual(second);
    expect(await tail.end()).toBe(0);
    const rest = await runCli(
      'tail',
      streams.url,
      chatId,
      '--json',
      '--no-follow',
      '--from',
      String(offset),
    );
    expect(rest.stdout).toBe(`${JSON.stringify(next)}\n`);
  });

  it('gives orders to no terminal', async () => {
    const chatId = nextChat();
    const evil = '\u001b]0;owned\u0007\u009b2J\u202e\r\nnew line';
    const body = JSON.stringify([said('m\u001b', evil)]);
    await createStream(logTarget(streams, chatId), { body });
    const { stdout } = await runCli('tail', streams.url, chatId, '--no-follow');
    expect(stdout.trimEnd()).toMatch(/^[\u0020-\u007e]+$/);
    expect(stdout).toContain('new line');
  });
});

describe('stop, seal and recover', () => {
  const alive = () => ({ ...RUN, at: Date.now() });

  async function ended(command: string, chatId: string): Promise<unknown> {
    const { stdout, stderr } = await runCli(
      command,
      streams.url,
      chatId,
      '--json',
    );
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  async function lastStatus(chatId: string): Promise<string | undefined> {
    const { stdout } = await runCli(
      'tail',
      streams.url,
      chatId,
      '--no-follow',
      '--json',
    );
    return [...stdout.matchAll(/"status":"([a-z]+)"/g)].at(-1)?.[1];
  }

  it('stop ends a run that is alive, which seal leaves alone', async () => {
    const chatId = nextChat();
    await leaveChat(streams, chatId, alive());
    expect(await ended('seal', chatId)).toEqual({ chatId, ended: [] });
    expect(await ended('stop', chatId)).toEqual({ chatId, ended: ['r1'] });
    expect(await lastStatus(chatId)).toBe('stopped');
    expect(await ended('stop', chatId)).toEqual({ chatId, ended: [] });
  });

  it('seal ends a run whose writer died', async () => {
    const chatId = nextChat();
    await leaveChat(streams, chatId, RUN);
    expect(await ended('seal', chatId)).toEqual({ chatId, ended: ['r1'] });
    expect(await lastStatus(chatId)).toBe('interrupted');
  });

  it('recover does so, and completes the history', async () => {
    const chatId = nextChat();
    await leaveChat(streams, chatId, RUN);
    expect(await ended('recover', chatId)).toEqual({
      chatId,
      ended: ['r1'],
      completed: true,
    });
    const history = await fetch(`${streams.url}/${chatId}/history`);
    expect(await history.text()).toContain('A lake at dawn.');
  });
});

describe('every command', () => {
  it.each([
    ['an unknown command', ['frob']],
    ['a missing argument', ['tail', 'http://127.0.0.1:9']],
    ['what is no URL', ['tail', '127.0.0.1:9', 'chat']],
    ['what is no chat id', ['tail', 'http://127.0.0.1:9', 'a/b']],
    ['what is no header', ['tail', 'http://127.0.0.1:9', 'c', '-H', 'secret']],
    ['what is no port', ['streams', '--port', '65536']],
  ])('ends with 2 for %s', async (_, args) => {
    const { code, stdout, stderr } = await runCli(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: /);
  });

  it('says that there is no such chat, and sends the headers that it was given', async () => {
    const { code, stderr } = await runCli(
      'export',
      streams.url,
      'none',
      '--header',
      'x-key: a: b',
      '--json',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'not-found' } });
    const [asked] = streams.requests.filter(({ url }) =>
      url.includes('/none/'),
    );
    expect(asked?.headers).toMatchObject({ 'x-key': 'a: b' });
  });

  it('is in the help', async () => {
    const { code, stdout } = await runCli('--help');
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(
      ([, name]) => name,
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'streams',
        'inspect',
        'tail',
        'export',
        'import',
        'stop',
        'seal',
        'recover',
      ]),
    );
  });
});
