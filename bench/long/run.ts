import { leaveLongChat } from '../../test/support/long-chat.js';
import { keepLongChats, type LongFigures } from './keep-long-chats.js';
import { open, resume, takeTurn, TOKENS, type Cost } from './deeds.js';
import { startLongApp, type LongApp } from './long-app.js';
import { median } from '../report/statistics.js';

// `npm run bench:long`: what is done in chats of up to 1,000 turns of 500
// tokens, by requests, bytes and time. Leaves its figures in docs/.
const TURNS = [10, 100, 300, 1_000];
const ROUNDS = 7;

const figures: LongFigures[] = [];
{
  await using app = await startLongApp();
  for (const turns of TURNS) {
    figures.push(await figuresOf(app, turns));
    console.log(`${turns} turns are measured.`);
  }
}
await keepLongChats(figures);
// The app's HTTP server would go on.
process.exit();

async function figuresOf(app: LongApp, turns: number): Promise<LongFigures> {
  const id = `long-${turns}`;
  const options = { turns, tokens: TOKENS };
  const messages = await leaveLongChat(app.store, id, options);
  const logBytes = await sizeOf(`${app.store.url}/${id}/log`);
  const opened = await repeat(() => open(app, id));
  const sends: Cost[] = [];
  const afters: Cost[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { send, after } = await takeTurn(app, id);
    sends.push(send);
    afters.push(after);
  }
  // The runs so far have taken the clock for their epochs.
  let turn = Date.now();
  const resumed = await repeat(() => resume(app, id, (turn += 1)));
  return {
    turns,
    messageBytes: Buffer.byteLength(JSON.stringify(messages)),
    logBytes,
    open: opened,
    resume: resumed,
    send: typical(sends),
    after: typical(afters),
  };
}

async function repeat(deed: () => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round += 1) costs.push(await deed());
  return typical(costs);
}

/** The last one's bytes, and the median of the times. */
function typical(costs: readonly Cost[]): Cost {
  const last = costs.at(-1);
  if (last === undefined) throw new Error('Nothing was measured.');
  return { ...last, ms: median(costs.map(({ ms }) => ms)) };
}

async function sizeOf(url: string): Promise<number> {
  return (await (await fetch(url)).arrayBuffer()).byteLength;
}
