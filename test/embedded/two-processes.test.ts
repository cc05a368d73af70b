import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { embeddedStreams } from '../../src/embedded/index.js';

const script = fileURLToPath(
  new URL('./scripts/hold-directory.ts', import.meta.url),
);

let dir: string;
let children: ChildProcess[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'embedded-'));
  children = [];
});

afterEach(async () => {
  await Promise.all(children.map(kill));
  await rm(dir, { recursive: true, force: true });
});

interface Holder {
  readonly child: ChildProcess;
  readonly answer: Promise<string>;
}

function start(waitMs = 0, task: 'hold' | 'exit' = 'hold'): Holder {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', script, dir, String(waitMs), task],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(child);
  return { child, answer: answerOf(child) };
}

async function answerOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) return '';
  for await (const line of createInterface(stdout)) {
    // The streams server writes of its own work in brackets.
    if (!line.startsWith('[')) return line;
  }
  return 'gone';
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function claimAs(identity: object | string): Promise<void> {
  await mkdir(join(dir, 'owners'), { recursive: true });
  const text =
    typeof identity === 'string' ? identity : JSON.stringify(identity);
  await writeFile(join(dir, 'owners', '7'), text);
}

const elsewhere = { pid: 1, startedAt: '1', space: 'another container' };

async function touchClaim(time: number): Promise<void> {
  const seconds = time / 1_000;
  await utimes(join(dir, 'owners', '7'), seconds, seconds);
}

async function openHere(waitMs = 0): Promise<number> {
  const streams = embeddedStreams({ dir, waitMs });
  try {
    return (await streams.fetch(`${streams.url}/chat-1/log`)).status;
  } finally {
    await streams.close();
  }
}

describe('two processes and one directory', () => {
  it('names the directory, its holder and the way out', async () => {
    const holder = start();
    expect(await holder.answer).toBe('ready 201');

    const error = await openHere().catch((reason: unknown) => reason);

    expect(error).toMatchObject({
      name: 'DurableChatError',
      code: 'store-unavailable',
    });
    const message = String(error);
    expect(message).toContain(dir);
    expect(message).toContain(`process ${holder.child.pid}`);
    expect(message).toContain('Stop that process');
  });

  it('opens at once what a killed process held, with its data', async () => {
    const holder = start();
    expect(await holder.answer).toBe('ready 201');
    await kill(holder.child);

    expect(await openHere()).toBe(200);
  });

  it('waits for a predecessor that is about to leave', async () => {
    const holder = start();
    expect(await holder.answer).toBe('ready 201');

    const opening = openHere(10_000);
    await kill(holder.child);

    expect(await opening).toBe(200);
  });

  it('can be opened at a later try', async () => {
    const holder = start();
    await holder.answer;
    const streams = embeddedStreams({ dir, waitMs: 0 });
    const ask = () => streams.fetch(`${streams.url}/chat-1/log`);
    await expect(ask()).rejects.toThrow('is held by');
    await kill(holder.child);
    expect((await ask()).status).toBe(200);
    await streams.close();
  });

  it('lets exactly one of many take over from a dead one', async () => {
    const holder = start();
    await holder.answer;
    await kill(holder.child);

    const many = Array.from({ length: 5 }, () => start());
    const answers = await Promise.all(many.map(({ answer }) => answer));

    const ready = answers.filter((answer) => answer.startsWith('ready'));
    expect(ready).toEqual(['ready 200']);
    const failed = answers.filter((answer) => answer.includes('is held by'));
    expect(failed).toHaveLength(4);
  });

  it('does not keep its process alive', async () => {
    const { child, answer } = start(0, 'exit');
    const exited = once(child, 'exit');
    expect(await answer).toBe('ready 201');
    expect(await exited).toEqual([0, null]);
    expect(await openHere()).toBe(200);
  });

  it('does not take a new process for the old one of its number', async () => {
    const { child, answer } = start();
    await answer;
    await kill(child);
    const [name = ''] = await readdir(join(dir, 'owners'));
    const dead = await ownerFile(name);
    // This very process, had it begun at another time.
    await claimAs({ ...dead, pid: process.pid, startedAt: '1' });
    expect(await openHere()).toBe(200);
  });

  it('takes over from another container once it is silent', async () => {
    await claimAs(elsewhere);
    await touchClaim(Date.now() - 9_000);
    const started = performance.now();
    expect(await openHere()).toBe(404);
    expect(performance.now() - started).toBeGreaterThan(500);
  });

  it('does not take over from another container that gives signs of life', async () => {
    await claimAs(elsewhere);
    const beats = setInterval(() => void touchClaim(Date.now()), 50);
    const opening = openHere();
    await expect(opening).rejects.toThrow('process 1 in another container');
    clearInterval(beats);
  });

  it.each(['', '{"pid":'])('goes past a damaged claim (%j)', async (text) => {
    await claimAs(text);
    expect(await openHere()).toBe(404);
  });
});

async function ownerFile(name: string): Promise<object> {
  const value: unknown = JSON.parse(
    await readFile(join(dir, 'owners', name), 'utf8'),
  );
  if (typeof value !== 'object' || value === null) throw new Error('No owner');
  return value;
}
