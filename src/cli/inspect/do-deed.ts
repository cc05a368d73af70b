import type { DeedResult } from '../../inspector/index.js';
import { endRuns, recoverChat, recoveredText } from '../end-runs.js';
import { failureOf } from '../failure.js';
import type { StreamsLocation } from '../streams-location.js';

const DEEDS = ['stop', 'seal', 'recover'] as const;
export type Deed = (typeof DEEDS)[number];

export const isDeed = (name: string): name is Deed =>
  DEEDS.some((deed) => deed === name);

export interface DeedRequest {
  readonly deed: Deed;
  readonly chatId: string;
  readonly runId: string | undefined;
}

/** What a button does. Never throws: the page shows what went wrong. */
export async function doDeed(
  streams: StreamsLocation,
  request: DeedRequest,
): Promise<DeedResult> {
  try {
    return { ok: true, text: await done(streams, request) };
  } catch (error) {
    return { ok: false, text: failureOf(error).message };
  }
}

async function done(
  streams: StreamsLocation,
  { deed, chatId, runId }: DeedRequest,
): Promise<string> {
  switch (deed) {
    case 'stop': {
      const status = 'stopped';
      const [run] = await endRuns(streams, { chatId, runId, status });
      return run === undefined
        ? 'Nothing to stop: the run has ended.'
        : `Stopped under epoch ${run.epoch}: its writer is fenced off.`;
    }
    case 'seal': {
      const status = 'interrupted';
      const [run] = await endRuns(streams, { chatId, runId, status });
      return run === undefined
        ? 'Nothing to seal: the run has ended, or gave a sign of life.'
        : `Sealed as interrupted under epoch ${run.epoch}.`;
    }
    case 'recover': {
      const recovered = await recoverChat(streams, chatId);
      return `Recovered: ${recoveredText(recovered)}`;
    }
  }
}
