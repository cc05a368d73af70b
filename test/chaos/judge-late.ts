import type { LateRecord } from './check-log.js';
import type { FaultLog } from './play-faults.js';

/**
 * - `race`: the run was sealed while it came to its end;
 * - `torn`: the streams server died in the seal, which stands in the log, but
 *   fences nobody off until it is sent again, and so stands there twice; or it
 *   never is, for the app server that sent it died with it, or has read it there;
 * - `zombie`: what must never be.
 */
export type Lateness = 'race' | 'torn' | 'zombie';

/** Between looking at a run and sealing it, on a busy machine. */
const MOMENT_MS = 1_000;
/** So long a request is tried again. */
const LAG_MS = 10_000;

/** Why a record stands behind the end of its run. */
export function judgeLate(late: LateRecord, log: FaultLog): Lateness {
  const { end, wasSealed, secondEnd, isBeforeRepeat } = late;
  const since = end.at;
  if (secondEnd !== undefined && secondEnd.epoch > end.epoch) {
    const { at } = secondEnd;
    const isRace =
      at - since < MOMENT_MS ||
      log.storeDeaths.some((death) => since - LAG_MS < death && death < at);
    return isRace ? 'race' : 'zombie';
  }
  const isThen = (at: number): boolean => since < at && at < since + LAG_MS;
  const isTorn = log.tears.some(isThen);
  const isTornAtOnce = log.tears.some(
    (at) => isThen(at) && at < since + MOMENT_MS,
  );
  const isSenderLost = log.losses.some(({ at }) =>
    isThen(performance.timeOrigin + at),
  );
  const isExplained = isTorn && (isBeforeRepeat || isSenderLost);
  return wasSealed && (isExplained || isTornAtOnce) ? 'torn' : 'zombie';
}
