import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { AnswerPlan } from './answer-plan.js';
import { released } from './held-answers.js';
import { sharedClock } from './shared-clock.js';

/** How many tokens come out of one read of a provider's socket at full speed. */
const BURST = 10;

/** Each call gives the plan's next token when it is due; at the end nothing. */
export type TokenSource = () => Promise<string | undefined>;

/** Every token is the time at which it was said, where the plan has no word. */
export function tokenSource({
  tokens,
  everyMs,
  hold = false,
  word,
}: AnswerPlan): TokenSource {
  const begin = sharedClock();
  let token = 0;
  return async () => {
    if (token === tokens) {
      if (hold) await released();
      return undefined;
    }
    // By the clock, so that a late timer does not slow the model down.
    const wait = begin + token * everyMs - sharedClock();
    if (wait > 0) await sleep(wait);
    else if (token % BURST === BURST - 1) await setImmediate();
    token += 1;
    return word ?? `${sharedClock()} `;
  };
}
