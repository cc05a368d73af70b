import { serveStreams } from 'ai-durable-transport/embedded';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appendOnce, createStream, logTarget } from '../../src/log/index.js';
import { messageRecord } from '../../src/protocol/index.js';
import { sequence } from '../support/sequence.js';
import { cliStage } from './support/cli-stage.js';
import { leaveChat, RUN } from './support/leave-chat.js';
import { RunningCli, runCli } from './support/run-cli.js';

const stage = cliStage();
const nextChat = sequence('commands');

const said = (id: string, text: string, about = {}) =>
  messageRecord({
    id,
    role: 'user',
    parts: [{ type: 'text', text }],
    parentId: null,
    actorId: 'ada',
    createdAt: 1_700_000_000_000,
    ...about,
  });

describe('streams', () => {
  it('serves a folder until it is told to end, and then again with its chats', async () => {
    const data = join(stage.dir, 'served');
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

  it('ends while readers wait for news, without an error', async () => {
    const data = join(stage.dir, 'waited-for');
    const args = ['--port', '0', '--data', data, '--json'];
    await using server = new RunningCli('streams', ...args);
    const { url } = await server.json();
    const log = `${String(url)}/chat/log`;
    await fetch(log, { method: 'PUT' });
    const readers = [1, 2, 3].map(async () => {
      const { body } = await fetch(`${log}?offset=-1&live=sse`);
      const reader = body?.getReader();
      // What there is; from then on it waits.
      await reader?.read();
      return reader;
    });
    await Promise.all(readers);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(await server.stderr).toBe('Closed.\n');
  });

  it('says what is in its way', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    // CAST: a server that listens on TCP has an address of this kind.
    const { port } = taken.address() as AddressInfo;
    const data = join(stage.dir, 'taken');
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
    const log = logTarget(stage.streams, chatId);
    const first = said('m1', 'One');
    await createStream(log, { body: JSON.stringify([first]) });
    await using tail = new RunningCli(
      'tail',
      stage.streams.url,
      chatId,
      '--json',
    );
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
      stage.streams.url,
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
    const record = said('m\u001b', evil, { actorId: `eve${evil}` });
    const headers = { ...record.headers, offset: `7${evil}` };
    const body = JSON.stringify([{ ...record, headers }]);
    await createStream(logTarget(stage.streams, chatId), { body });
    const { stdout } = await runCli(
      'tail',
      stage.streams.url,
      chatId,
      '--no-follow',
    );
    expect(stdout.trimEnd()).toMatch(/^[\u0020-\u007e]+$/);
    expect(stdout).toContain('new line');
  });

  it('shows a text that is none', async () => {
    const chatId = nextChat();
    const text = { toString: 1 };
    const parts = [{ type: 'text', text }, { type: 'dynamic-tool' }];
    const body = JSON.stringify([said('m1', '', { parts })]);
    await createStream(logTarget(stage.streams, chatId), { body });
    const { url } = stage.streams;
    const tail = await runCli('tail', url, chatId, '--no-follow');
    expect(tail.stdout).toMatch(/user: \{"toString":1\} \[\]\n$/);
    const told = await runCli('export', url, chatId, '--format', 'markdown');
    expect(told.stdout).toContain('\n\n{"toString":1}\n\n**Tool **');
  });

  it('shows a record with a time that no calendar has', async () => {
    const chatId = nextChat();
    const createdAt = Number.MAX_SAFE_INTEGER;
    const body = JSON.stringify([said('m1', 'One', { createdAt })]);
    await createStream(logTarget(stage.streams, chatId), { body });
    const { url } = stage.streams;
    const { stdout, stderr } = await runCli('tail', url, chatId, '--no-follow');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/ {2}- +message {3}ada {2}m1 {2}user: One\n$/);
  });
});

describe('stop, seal and recover', () => {
  const alive = () => ({ ...RUN, at: Date.now() });

  async function ended(command: string, chatId: string): Promise<unknown> {
    const { stdout, stderr } = await runCli(
      command,
      stage.streams.url,
      chatId,
      '--json',
    );
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  async function lastStatus(chatId: string): Promise<string | undefined> {
    const { stdout } = await runCli(
      'tail',
      stage.streams.url,
      chatId,
      '--no-follow',
      '--json',
    );
    return [...stdout.matchAll(/"status":"([a-z]+)"/g)].at(-1)?.[1];
  }

  it('stop ends a run that is alive, which seal leaves alone', async () => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId, alive());
    expect(await ended('seal', chatId)).toEqual({ chatId, ended: [] });
    expect(await ended('stop', chatId)).toEqual({ chatId, ended: ['r1'] });
    expect(await lastStatus(chatId)).toBe('stopped');
    expect(await ended('stop', chatId)).toEqual({ chatId, ended: [] });
  });

  it('seal ends a run whose writer died', async () => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId, RUN);
    expect(await ended('seal', chatId)).toEqual({ chatId, ended: ['r1'] });
    expect(await lastStatus(chatId)).toBe('interrupted');
  });

  it('recover does so, and completes the history', async () => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId, RUN);
    expect(await ended('recover', chatId)).toEqual({
      chatId,
      ended: ['r1'],
      completed: true,
    });
    const history = await fetch(`${stage.streams.url}/${chatId}/history`);
    expect(await history.text()).toContain('A lake at dawn.');
  });
});

describe('every command', () => {
  it.each([
    ['an unknown command', ['frob']],
    ['a missing argument', ['tail', 'http://127.0.0.1:9']],
    ['what is no URL', ['tail', '127.0.0.1:9', 'chat']],
    ['a URL with a password', ['tail', 'http://a:b@127.0.0.1:9', 'chat']],
    ['a URL with a query', ['tail', 'http://127.0.0.1:9/?a=b', 'chat']],
    ['what is no chat id', ['tail', 'http://127.0.0.1:9', 'a/b']],
    ['what is no header', ['tail', 'http://127.0.0.1:9', 'c', '-H', 'secret']],
    ['what is no port', ['streams', '--port', '65536']],
  ])('ends with 2 for %s', async (_, args) => {
    const { code, stdout, stderr } = await runCli(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    const asJson = await runCli(...args, '--json');
    expect(asJson).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(asJson.stderr)).toEqual({
      error: { message: expect.stringMatching(/^[^:]/) },
    });
  });

  it('without anything to tidy up ends at the first Ctrl-C', async () => {
    const silent = createServer();
    const asked = once(silent, 'request');
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    // CAST: a server that listens on TCP has an address of this kind.
    const { port } = silent.address() as AddressInfo;
    await using stop = new RunningCli('stop', `http://127.0.0.1:${port}`, 'c');
    await asked;
    // By the signal: no code.
    expect(await stop.end('SIGINT')).toBeNull();
    silent.closeAllConnections();
    silent.close();
  });

  it('says that there is no such chat, and sends the headers that it was given', async () => {
    const { code, stderr } = await runCli(
      'export',
      stage.streams.url,
      'none',
      '--header',
      'x-key: a: b',
      '--json',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'not-found' } });
    const [asked] = stage.streams.requests.filter(({ url }) =>
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
