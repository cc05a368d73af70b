import type { Terminal } from './terminal.js';

/** How a command says what it has to say. */
export interface Output {
  /** Whether programs read it: one line of JSON for each result. */
  readonly json: boolean;
  /** A result, on stdout: for people, or as JSON. */
  result(text: string, value: unknown): Promise<void>;
  /** Text as it is, on stdout. Resolves when more may come. */
  write(text: string): Promise<void>;
  /** What goes on meanwhile, on stderr. */
  note(text: string): void;
  /** Says on stderr, now and then, how far long work is. */
  progress(text: string): void;
}

/** What a command works with. */
export interface Io {
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Work that takes no longer than this says nothing of itself. */
const QUIET_MS = 3_000;
const BETWEEN_MS = 1_000;

export function openIo(terminal: Terminal, json = false): Io {
  return { output: openOutput(terminal, json), signal: terminal.signal };
}

function openOutput(terminal: Terminal, json: boolean): Output {
  let nextAt = performance.now() + QUIET_MS;
  const note = (text: string): void => terminal.writeError(`${text}\n`);
  return {
    json,
    result: (text, value) =>
      terminal.write(`${json ? JSON.stringify(value) : text}\n`),
    write: (text) => terminal.write(text),
    note,
    progress(text) {
      if (performance.now() < nextAt) return;
      nextAt = performance.now() + BETWEEN_MS;
      note(text);
    },
  };
}
