import { once } from 'node:events';

/** Where a command runs: what it writes to, and when it is to end. */
export interface Terminal {
  /** Resolves when more may be written. */
  write(text: string): Promise<void>;
  writeError(text: string): void;
  /** Fires when it is asked to end (Ctrl-C, `kill`). */
  readonly signal: AbortSignal;
}

export function processTerminal(): Terminal {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', () => process.exit(0));
  let signal: AbortSignal | undefined;
  return {
    async write(text) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    },
    writeError: (text) => void process.stderr.write(text),
    // Who never asks for it has nothing to tidy up, and is ended at once.
    get signal() {
      return (signal ??= untilSignal());
    },
  };
}

/** A second time ends the process at once, as if nobody had listened. */
function untilSignal(): AbortSignal {
  const controller = new AbortController();
  const end = (): void => controller.abort(new Error('Interrupted.'));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  return controller.signal;
}

/** Resolves when it fires. */
export function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
