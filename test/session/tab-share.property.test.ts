import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeBrowser } from './fake-browser.js';
import { FakeSessionServer } from './fake-session-server.js';
import { SharingTab } from './sharing-tab.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Step = readonly [
  (
    | 'open'
    | 'append'
    | 'pass'
    | 'wait'
    | 'close'
    | 'kill'
    | 'freeze'
    | 'thaw'
    | 'rest'
    | 'cut'
    | 'down'
    | 'lose'
  ),
  number,
];

/** Most of what happens is that something is said, or that time passes. */
const step = fc.tuple(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant('open' as const) },
    { weight: 6, arbitrary: fc.constant('append' as const) },
    { weight: 6, arbitrary: fc.constant('pass' as const) },
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        ...(['wait', 'close', 'kill', 'freeze', 'thaw'] as const),
        ...(['rest', 'cut', 'down', 'lose'] as const),
      ),
    },
  ),
  fc.nat(99),
) satisfies fc.Arbitrary<Step>;

/** Some tabs of a browser, and what happens to them. */
class World {
  readonly browser = new FakeBrowser();
  readonly server = new FakeSessionServer();
  readonly tabs: SharingTab[] = [];
  readonly #actors: readonly string[];

  constructor(actors: readonly string[]) {
    this.#actors = actors;
  }

  get living(): SharingTab[] {
    return this.tabs.filter(({ isGone }) => !isGone);
  }

  async play([what, number]: Step): Promise<void> {
    const { living, server, browser } = this;
    const one = living[number % Math.max(1, living.length)];
    if (what === 'open') this.#open(number);
    else if (what === 'append') server.append((number % 4) + 1);
    else if (what === 'wait') await vi.advanceTimersByTimeAsync(number * 500);
    else if (what === 'down') server.isDown = number % 2 === 0;
    else if (what === 'lose') {
      browser.loses = ({ to }) => number % 3 > 0 && to === one?.tab;
    } else if (what === 'cut') server.cut(({ tab }) => tab === one?.tab);
    else if (what === 'freeze') one?.tab.freeze();
    else if (what === 'thaw') {
      one?.tab.thaw();
      one?.tab.wake();
    } else if (what === 'rest') one?.tab.rest();
    else if (what === 'close') one?.close();
    else if (what === 'kill') one?.kill();
    await vi.advanceTimersByTimeAsync(what === 'pass' ? number : number % 3);
  }

  /** All is well again, and time passes. */
  async calm(): Promise<void> {
    const { server, browser } = this;
    server.isDown = false;
    browser.loses = () => false;
    for (const { tab } of this.living) {
      tab.thaw();
      tab.wake();
    }
    await vi.advanceTimersByTimeAsync(90_000);
    server.append(2);
    await vi.advanceTimersByTimeAsync(1_000);
  }

  async end(): Promise<void> {
    for (const tab of this.tabs) tab.kill();
    await vi.advanceTimersByTimeAsync(30_000);
  }

  #open(number: number): void {
    const { browser, server } = this;
    const actorId = this.#actors[number % this.#actors.length] ?? '';
    const instance = number % 7 === 0 ? 1 : 0;
    this.tabs.push(new SharingTab({ browser, server, actorId, instance }));
  }
}

const steps = fc.array(step, { minLength: 5, maxLength: 60 });
const RUNS = { numRuns: 200 };

it('brings each record once to each tab, over one connection once all is calm', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = new World(['ann']);
      for (const one of history) await world.play(one);
      await world.calm();
      const { living, server, tabs } = world;
      for (const { damage } of tabs) expect(damage).toEqual([]);
      for (const { records } of living) expect(records).toEqual(server.all);
      const present = [...server.connections].map((one) => one.isPresent);
      expect(present).toEqual(living.length > 0 ? [true] : []);
      await world.end();
    }),
    RUNS,
  );
});

it('brings no record from a tab of one user to a tab of another one', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = new World(['ann', 'bob']);
      for (const one of history) await world.play(one);
      await world.calm();
      const { living, server, tabs, browser } = world;
      for (const { damage } of tabs) expect(damage).toEqual([]);
      for (const { records } of living) expect(records).toEqual(server.all);
      const owners = new Map(tabs.map(({ tab, actorId }) => [tab, actorId]));
      const strange = browser.passed.filter(
        ({ from, to, data }) =>
          owners.get(from) !== owners.get(to) &&
          JSON.stringify(data).includes('events'),
      );
      expect(strange).toEqual([]);
      // Each user is present, by a connection of his own.
      const present = [...server.connections]
        .filter(({ isPresent }) => isPresent)
        .map(({ actorId }) => actorId);
      const users = new Set(living.map(({ actorId }) => actorId));
      expect(new Set(present)).toEqual(users);
      await world.end();
    }),
    RUNS,
  );
});
