import type { StreamChunk } from '../../src/protocol/stream-chunk.js';

/** One thing that a run may do next, if it can. */
export interface Move {
  readonly action: string;
  readonly pick: number;
  readonly value: unknown;
  readonly metadata: StreamChunk['providerMetadata'];
  readonly flag: boolean | undefined;
}

export interface Call {
  readonly id: string;
  readonly step: number;
  readonly dynamic: boolean;
  state: 'streaming' | 'known' | 'asked' | 'answered' | 'settled';
  /** What is left to stream of the input; `undefined` where nothing can be. */
  rest: string | undefined;
  input: unknown;
  approvalId: string | undefined;
}

/** A run so far: what it sent, and what of it is still open. */
export interface Script {
  readonly chunks: StreamChunk[];
  readonly open: Set<string>;
  calls: Call[];
  step: number;
  approvals: number;
}

export type Action = (script: Script, move: Move) => StreamChunk | undefined;

export const present = (
  fields: Record<string, unknown>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );

export const nth = <T>(items: readonly T[], pick: number): T | undefined =>
  items[pick % Math.max(items.length, 1)];

/** Only the newest call of an id can be reached. */
export const reachable = (script: Script, ...states: Call['state'][]): Call[] =>
  script.calls.filter(
    (call, index) =>
      states.includes(call.state) &&
      script.calls.findLastIndex(({ id }) => id === call.id) === index,
  );
