import {
  step,
  type FollowEvent,
  type FollowState,
  type Step,
  type Surroundings,
} from '../../src/client/follow-state.js';
import { reconnectPolicy } from '../../src/client/reconnect-policy.js';

const NOW = 1_000_000;
const policy = reconnectPolicy();
const around: Surroundings = {
  policy,
  now: NOW,
  random: 0.5,
  isAway: false,
  hasProgressed: false,
};
const tries = { attempt: 3, since: NOW - 5_000 };
const inVain = { attempt: 3, since: NOW - policy.giveUpAfterMs };

const requesting = { name: 'requesting', ...tries, asked: NOW } as const;
const reading = {
  name: 'reading',
  ...tries,
  opened: NOW - 1_000,
  heard: NOW - 1_000,
} as const;
const waiting = { name: 'waiting', ...tries } as const;
const ended = { name: 'ended' } as const;

/** One row: a state, an event, and what the outcome depends on. */
interface Row {
  readonly state: FollowState;
  readonly event: FollowEvent;
  readonly when?: string;
  readonly around?: Partial<Surroundings>;
}

const rows: readonly Row[] = [
  { state: requesting, event: 'opened' },
  { state: requesting, event: 'heard' },
  ...(['dropped', 'timer'] as const).flatMap((event): Row[] => [
    { state: requesting, event, when: 'there is time left' },
    {
      state: { ...requesting, ...inVain },
      event,
      when: 'trying took `giveUpAfterMs`',
    },
    {
      state: { ...requesting, ...inVain },
      event,
      when: 'offline or hidden',
      around: { isAway: true },
    },
  ]),
  { state: requesting, event: 'woken', when: 'asked just now' },
  {
    state: { ...requesting, asked: NOW - policy.stallTimeoutMs },
    event: 'woken',
    when: 'asked `stallTimeoutMs` ago',
  },
  { state: requesting, event: 'closed' },
  { state: reading, event: 'opened' },
  { state: reading, event: 'heard' },
  {
    state: reading,
    event: 'dropped',
    when: 'it had brought something',
    around: { hasProgressed: true },
  },
  {
    state: { ...reading, opened: NOW - policy.maxDelayMs },
    event: 'dropped',
    when: 'it had lasted `maxDelayMs`',
  },
  { state: reading, event: 'dropped', when: 'neither: it was no good' },
  { state: reading, event: 'timer', when: 'bytes came meanwhile' },
  {
    state: silent(),
    event: 'timer',
    when: 'silent for `stallTimeoutMs`',
  },
  { state: reading, event: 'woken', when: 'bytes came lately' },
  {
    state: silent(),
    event: 'woken',
    when: 'silent for `stallTimeoutMs`',
  },
  { state: reading, event: 'closed' },
  { state: waiting, event: 'opened' },
  { state: waiting, event: 'heard' },
  { state: waiting, event: 'dropped' },
  { state: waiting, event: 'timer' },
  { state: waiting, event: 'woken' },
  { state: waiting, event: 'closed' },
  ...(['opened', 'heard', 'dropped', 'timer', 'woken', 'closed'] as const).map(
    (event): Row => ({ state: ended, event }),
  ),
];

function silent(): FollowState {
  const since = NOW - policy.stallTimeoutMs;
  return { ...reading, opened: since, heard: since };
}

/** What `step` does, as the table of docs/follow-states.md. */
function followTable(): string {
  const cells = rows.map(({ state, event, when = '', around: more }) => {
    const next = step(state, event, { ...around, ...more });
    return [state.name, event, when, nextOf(state, next), effectsOf(next)];
  });
  return table([['state', 'event', 'when', 'next', 'does'], ...cells]);
}

function nextOf(before: FollowState, { state }: Step): string {
  const isSame = JSON.stringify(before) === JSON.stringify(state);
  if (isSame) return 'the same';
  if (!('attempt' in state) || !('attempt' in before)) return state.name;
  if (state.name === 'reading') return state.name;
  const isFresh = state.attempt === 1 && state.since === NOW;
  if (isFresh) return `${state.name}, first try`;
  const isNext = state.attempt === before.attempt + 1;
  const isClockStopped = state.since === NOW;
  return [
    state.name,
    ...(isNext ? ['next try'] : []),
    ...(isClockStopped ? ['clock of giving up at 0'] : []),
  ].join(', ');
}

function effectsOf({ state, effect, timerMs }: Step): string {
  const does = [effect, timerMs === undefined ? undefined : timer(state)];
  return does.filter((what) => what !== undefined).join('; ') || '-';

  function timer({ name }: FollowState): string {
    if (name === 'waiting') return 'timer: backoff';
    const isWhole = timerMs === policy.stallTimeoutMs;
    return isWhole ? 'timer: `stallTimeoutMs`' : 'timer: what is left of it';
  }
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  const [head = '', ...body] = lines.map(
    (line) =>
      `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [head, rule, ...body].join('\n');
}

/** The whole page. */
export function followStatesPage(): string {
  return `# How a stream is followed

The client reads one answer over as many connections as it takes. What it does
next is decided by one pure function, \`step\` in
\`src/client/follow-state.ts\`. This is its table, made by
\`test/client/follow-state.test.ts\` (\`npx vitest run --project v7
test/client/follow-state.test.ts -u\` writes it anew).

${followTable()}

- **dropped**: the request failed, or the body ended or broke off without
  \`[DONE]\`. **timer**: the last timer that was set is over. **woken**: the
  browser says \`online\`, \`pageshow\` or that the page became visible.
  **closed**: \`[DONE]\`, a final refusal, or nobody wants the stream any more.
- **backoff**: a random part of \`initialDelayMs\` doubled with each try, at most
  \`maxDelayMs\`.
- **request** ends the old connection first. It sets a timer of
  \`stallTimeoutMs\`, but not for a POST: a server may think before it answers. Once the
  answer's headers are there the timer is set for a POST, too.
- **give-up** ends the stream with a \`DurableChatError\` \`unreachable\`.
- Time that passes offline or in a hidden page is not counted, so that nobody
  comes back to a chat that gave up while nobody looked.
`;
}
