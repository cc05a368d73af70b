/**
 * Milliseconds, with fractions, on a clock that all processes of a machine
 * share: what one writes into a token, another may subtract from its own.
 */
export function sharedClock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
