/** What it says of its start, and of each write that took more than 50 ms. */
const CHATTER = /^\[info\] (?:\[FileBackedStreamStore\] |store\.\w+ slow )/;

let running = 0;
let unhush: (() => void) | undefined;

/**
 * `@durable-streams/server` 0.3.7 writes such lines to `console.info` and has no
 * option for it: an app's console, and what a program prints, are no place for
 * them. All else passes, and what it warns of and its errors most of all.
 *
 * Before the server is made; call what it returns when that has stopped.
 */
export function hushServer(): () => void {
  running += 1;
  unhush ??= hush();
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    running -= 1;
    if (running > 0) return;
    unhush?.();
    unhush = undefined;
  };
}

function hush(): () => void {
  /* oxlint-disable no-console -- it is what is changed here */
  const { info } = console;
  const quietInfo: typeof info = (...args) => {
    if (!CHATTER.test(String(args[0]))) info(...args);
  };
  console.info = quietInfo;
  return () => {
    // Somebody else may have put theirs round it.
    if (console.info === quietInfo) console.info = info;
  };
}
