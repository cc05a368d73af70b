import { scriptedModel } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StreamsServer } from '../log/streams-server.js';
import { textOf, until } from '../support/chat-client.js';
import { gate, type Gate } from '../support/gate.js';
import { inBatches } from '../support/in-batches.js';
import { Traveller, type Journey } from '../support/journey.js';
import { seededRandom } from '../support/seeded-random.js';
import { sequence } from '../support/sequence.js';
import { share } from '../support/thinned.js';
import {
  startInstances,
  type Instance,
  type Instances,
} from '../support/start-instances.js';
import { hasText } from '../support/tabs.js';

/**
 * What happens to an answer in mid-text, in whatever order: its model comes to
 * an end; its terminal record goes to the store, and the history; a page loads,
 * and resumes.
 */
const STEPS = ['end', 'terminal', 'history', 'load', 'resume'] as const;
type Step = (typeof STEPS)[number];

/** `SEED` for others than those of always, `ORDERS` for more of them. */
const { SEED = 'always', AI_SDK_PROJECT } = process.env;
const { ORDERS = String(share(580)) } = process.env;
const seed = `${SEED} ${AI_SDK_PROJECT}`;
const TURNS = 4;
const CHATS = Math.ceil(Number(ORDERS) / TURNS);
const AT_ONCE = 15;

/** What is held up in a chat, in its turn of the moment. */
interface Turn extends Record<'end' | 'terminal' | 'history', Gate> {
  /** Opens when the run is in the log. */
  readonly registered: Gate;
}

const newTurn = (): Turn => ({
  end: gate(),
  terminal: gate(),
  history: gate(),
  registered: gate(),
});

let streams: StreamsServer;
let instances: Instances;
const turns = new Map<string, Turn>();
const turnOf = (id: string): Turn => {
  const turn = turns.get(id);
  if (turn === undefined) throw new Error(`No turn of ${id} was begun.`);
  return turn;
};

/** The way to the store, which lets things pass when it is their turn. */
const held: typeof fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : input.toString();
  const [, id = '', stream] = /([^/]+)\/(log|history)/.exec(url) ?? [];
  const turn = turns.get(id);
  const body = init?.body;
  if (turn === undefined || typeof body !== 'string') return fetch(input, init);
  if (stream === 'history') await turn.history.opened;
  else if (body.includes('"status":"done"')) await turn.terminal.opened;
  const response = await fetch(input, init);
  if (body.includes('"status":"active"')) turn.registered.open();
  return response;
};

beforeAll(async () => {
  streams = await StreamsServer.start('memory');
  const model = scriptedModel(({ prompt }) => {
    const [part] = prompt.at(-1)?.content ?? [];
    const asked = typeof part === 'object' && 'text' in part ? part.text : '';
    return [
      { type: 'text', text: `begun ${asked}, ` },
      { type: 'wait', until: turnOf(asked.split(' ')[0] ?? '').end.opened },
      { type: 'text', text: 'ended' },
    ];
  });
  instances = await startInstances({
    streams: { url: `http://127.0.0.1:${streams.port}`, fetch: held },
    model,
  });
});
afterAll(async () => {
  await instances[Symbol.asyncDispose]();
  await streams.dispose();
});
const nextChat = sequence('mixed');

type Random = () => number;

function inRandomOrder(random: Random): Step[] {
  const order = [...STEPS]
    .map((step) => ({ step, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ step }) => step);
  // Who has not loaded cannot resume: those two in this order, where they are.
  const both = ['load', 'resume'] as const;
  let seen = 0;
  return order.map((step) => {
    if (step !== 'load' && step !== 'resume') return step;
    seen += 1;
    return both[seen - 1] ?? step;
  });
}

/** A page that is loaded by itself, or rendered by a server. */
function openPage(instance: Instance, id: string, isRendered: boolean) {
  const newestMessageId = (): string | undefined =>
    traveller.tab.chat.messages.at(-1)?.id;
  const traveller: Traveller = new Traveller(instance, {
    id,
    ...(isRendered && { transport: { newestMessageId } }),
  });
  const { chat, transport } = traveller.tab;
  const load = async (): Promise<void> => {
    const loaded = isRendered
      ? instance.chat.load(id)
      : transport.load({ chatId: id });
    chat.messages = (await loaded).messages;
  };
  return { traveller, load };
}

/** Some turns of the event loop, so that steps fall into all that goes on. */
async function someTurns(random: Random): Promise<void> {
  for (let left = Math.floor(random() * 8); left > 0; left -= 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const QUIET = { errors: [], status: 'ready' };
const summaryOf = ({ errors, statuses }: Journey) => ({
  errors,
  status: statuses.at(-1),
});

/** One message, its answer, and a page that is loaded meanwhile. */
async function takeTurn(sender: Traveller, id: string, random: Random) {
  const turn = newTurn();
  turns.set(id, turn);
  const number = sender.tab.chat.messages.length / 2;
  const sent = sender.send(`${id} ${number}`);
  await turn.registered.opened;
  await until(sender.tab, hasText(`begun ${id} ${number}`));
  const order = inRandomOrder(random);
  const instance = random() < 0.5 ? instances.one : instances.other;
  const page = openPage(instance, id, random() < 0.5);
  let loaded = Promise.resolve();
  let resumed: Promise<unknown> = loaded;
  const steps: Record<Step, () => void> = {
    end: () => turn.end.open(),
    terminal: () => turn.terminal.open(),
    history: () => turn.history.open(),
    load: () => void (loaded = page.load()),
    resume: () => void (resumed = loaded.then(() => page.traveller.resume())),
  };
  for (const step of order) {
    await someTurns(random);
    steps[step]();
  }
  const live = await sent;
  await resumed;
  const seen = page.traveller.journey();
  const told = `${id}, turn ${number}: ${order.join(', ')} (SEED=${SEED})`;
  expect({ told, ...summaryOf(live) }).toEqual({ told, ...QUIET });
  expect({ told, ...summaryOf(seen) }).toEqual({ told, ...QUIET });
  expect({ told, seen: seen.messages }).toEqual({ told, seen: live.messages });
  // A page that came after the end has nothing to be told of.
  if (seen.finishes.length > 1) expect(told).toBe('told of one end');
  return { live, told };
}

async function converse(index: number): Promise<void> {
  const random = seededRandom(`${seed} ${index}`);
  const id = nextChat();
  const sender = new Traveller(instances.one, { id });
  for (let count = 1; count <= TURNS; count += 1) {
    const { live, told } = await takeTurn(sender, id, random);
    const ids = live.messages.map((message) => message.id);
    const texts = Array.from({ length: count }, (_, turn) => [
      `${id} ${turn}`,
      `begun ${id} ${turn}, ended`,
    ]);
    expect({
      told,
      ids: new Set(ids).size,
      texts: live.messages.map(textOf),
    }).toEqual({ told, ids: 2 * count, texts: texts.flat() });
    const instance = random() < 0.5 ? instances.one : instances.other;
    const { messages } = await instance.chat.load(id);
    expect({ told, messages }).toEqual({ told, messages: live.messages });
  }
}

describe('end, history, load and resume', () => {
  it(`[A47] lose nothing and double nothing, in ${ORDERS} random orders`, async () => {
    await inBatches(CHATS, AT_ONCE, converse);
    expect([...instances.one.errors, ...instances.other.errors]).toEqual([]);
  }, 180_000);
});
