import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CONTENDER_NAMES, type ContenderName } from './contender.js';

const run = promisify(execFile);
const PEERS_DIR = fileURLToPath(new URL('../peers', import.meta.url));

/** Those of the wanted that can be measured here; says why others cannot. */
export async function presentContenders(
  wanted: readonly string[],
): Promise<readonly ContenderName[]> {
  const known = CONTENDER_NAMES.filter((name) => wanted.includes(name));
  if (known.length < wanted.length || known.length === 0) {
    throw new Error(`The contenders are: ${CONTENDER_NAMES.join(', ')}.`);
  }
  const present: ContenderName[] = [];
  for (const name of known) {
    const hindrance = await hindranceOf(name);
    if (hindrance === undefined) present.push(name);
    else console.error(`Without ${name}: ${hindrance}`);
  }
  return present;
}

async function hindranceOf(name: ContenderName): Promise<string | undefined> {
  if (name === 'plain' || name === 'durable') return undefined;
  try {
    await installPeers();
  } catch (error) {
    return `npm install --prefix bench/peers failed (${String(error)})`;
  }
  if (name === 'resumable-stream') {
    try {
      await run('redis-server', ['--version']);
    } catch {
      return 'there is no redis-server (apt-get install redis-server)';
    }
  }
  return undefined;
}

/** Once in a clone: its own `npm install` stays small. */
async function installPeers(): Promise<void> {
  if (existsSync(`${PEERS_DIR}/node_modules/.package-lock.json`)) return;
  console.error('Installing the peers into bench/peers …');
  const flags = ['--no-audit', '--no-fund'];
  await run('npm', ['install', '--prefix', PEERS_DIR, ...flags]);
}
