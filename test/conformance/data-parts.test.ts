import {
  createUIMessageStream,
  type DataUIPart,
  type UIDataTypes,
  type UIMessageStreamWriter,
} from 'ai';
import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shows } from '../support/asked-user.js';
import { gate, type Gate } from '../support/gate.js';
import { Traveller, type Journey } from '../support/journey.js';
import { openScene, type Scene } from '../support/scene.js';
import { sequence } from '../support/sequence.js';

type Data = Pick<DataUIPart<UIDataTypes>, 'type' | 'id' | 'data'>;

/** A tab, and what its `onData` was given. */
interface Listener {
  readonly tab: Traveller;
  readonly heard: Data[];
}

function listener(scene: Scene, id: string): Listener {
  const heard: Data[] = [];
  const onData = ({ type, id: partId, data }: DataUIPart<UIDataTypes>): void =>
    void heard.push({ type, ...(partId && { id: partId }), data });
  return { tab: new Traveller(scene, { id, init: { onData } }), heard };
}

function answerWithData(middle: Gate): ReadableStream<object> {
  return createUIMessageStream({
    async execute({ writer }) {
      writer.write({ type: 'start', messageId: 'answer' });
      writer.write({ type: 'data-note', data: 'thinking', transient: true });
      writer.write({ type: 'data-progress', id: 'p', data: 10 });
      writer.write({ type: 'data-place', data: 'no id' });
      say(writer, 'before', 'first words');
      writer.write({ type: 'data-progress', id: 'p', data: 50 });
      await middle.opened;
      writer.write({ type: 'data-note', data: 'nearly', transient: true });
      writer.write({ type: 'data-progress', id: 'p', data: 100 });
      say(writer, 'after', 'last words');
    },
  });
}

function say(writer: UIMessageStreamWriter, id: string, delta: string): void {
  writer.write({ type: 'text-start', id });
  writer.write({ type: 'text-delta', id, delta });
  writer.write({ type: 'text-end', id });
}

const note = (data: string): Data => ({ type: 'data-note', data });
const progress = (data: number): Data => ({
  type: 'data-progress',
  id: 'p',
  data,
});
const place: Data = { type: 'data-place', data: 'no id' };

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());
const nextChat = sequence('data');

interface Watched {
  readonly live: Journey;
  readonly liveHeard: readonly Data[];
  readonly replayed: Journey;
  readonly replayedHeard: readonly Data[];
}

/** One tab sees the answer live, one is loaded in its middle. */
async function watch(): Promise<Watched> {
  const middle = gate();
  const respond = () => answerWithData(middle);
  await using scene = await openScene({ streams, respond });
  const id = nextChat();
  const first = listener(scene, id);
  const sent = first.tab.send();
  await shows(first.tab, 'first words');
  // What a reader is shown is stored, and replayed to the next one.
  const early = listener(scene, id);
  void early.tab.resume();
  await shows(early.tab, 'first words');
  const second = listener(scene, id);
  second.tab.tab.chat.messages = first.tab.tab.chat.messages.slice(0, 1);
  const resumed = second.tab.resume();
  await shows(second.tab, 'first words');
  middle.open();
  const [live, replayed] = await Promise.all([sent, resumed]);
  return {
    live,
    liveHeard: first.heard,
    replayed,
    replayedHeard: second.heard,
  };
}

describe('data parts', () => {
  it('[A21] come live, transient ones too, once each', async () => {
    const { liveHeard } = await watch();
    expect(liveHeard).toEqual([
      note('thinking'),
      progress(10),
      place,
      progress(50),
      note('nearly'),
      progress(100),
    ]);
  });

  it('[A21] that are transient are not replayed, the newest of an id is', async () => {
    const { live, replayed, replayedHeard } = await watch();
    expect(replayedHeard).toEqual([
      progress(50),
      place,
      note('nearly'),
      progress(100),
    ]);
    expect(replayed.messages).toEqual(live.messages);
    expect(replayed.messages[1]?.parts).toEqual([
      progress(100),
      place,
      { type: 'text', text: 'first words', state: 'done' },
      { type: 'text', text: 'last words', state: 'done' },
    ]);
  });

  it('[A21] come once each when the connection breaks after every one', async () => {
    const middle = gate();
    middle.open();
    const respond = () => answerWithData(middle);
    await using scene = await openScene({ streams, respond });
    const id = nextChat();
    const whole = await listener(scene, id).tab.send();
    scene.proxy.script = [{ kind: 'cut', afterFrames: 1, times: Infinity }];
    const cut = listener(scene, nextChat());
    const journey = await cut.tab.send();
    expect(journey.messages).toEqual(whole.messages);
    expect(cut.heard.map(({ data }) => data)).toEqual([
      'thinking',
      10,
      'no id',
      50,
      'nearly',
      100,
    ]);
  });
});
