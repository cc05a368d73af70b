import { gate, type Gate } from '../../support/gate.js';
import { openaiText } from '../../support/own-streams/openai-responses.js';
import { startProviderServer } from '../../support/provider-server.js';

const REST = Array.from({ length: 40 }, (_, index) => ` ${index + 4}`);

/** What it says before it halts, and in all. */
export const BEGINNING = 'one two three';
export const COUNTED = BEGINNING + REST.join('');

/**
 * A provider's HTTP API, for apps in other processes. It counts, and halts
 * after three until it is let go.
 */
export interface CountingProvider {
  /** What the AI SDK's package for it takes from the environment. */
  readonly env: {
    readonly OPENAI_API_KEY: string;
    readonly OPENAI_BASE_URL: string;
  };
  /** Lets the answer to a question go on, that was asked or will be. */
  letGo(question: string): void;
  close(): Promise<void>;
}

export async function startCountingProvider(): Promise<CountingProvider> {
  const conversation = openaiText(COUNTED);
  const [lines = []] = conversation.calls;
  const halt = lines.findIndex((line) => line.includes('"delta":" 4"'));
  const gates = new Map<string, Gate>();
  const gateOf = (question: string): Gate => {
    const known = gates.get(question) ?? gate();
    gates.set(question, known);
    return known;
  };
  const served = await startProviderServer({
    conversation,
    // So that what comes after the halt takes a while.
    paceMs: 10,
    beforeEvent: ({ event, asked }) =>
      event === halt ? gateOf(questionIn(asked)).opened : undefined,
  });
  return {
    env: { OPENAI_API_KEY: 'none', OPENAI_BASE_URL: served.url },
    letGo: (question) => gateOf(question).open(),
    close: () => served.close(),
  };
}

/** The newest one, as the Responses API has it. */
function questionIn(asked: string): string {
  const texts = [...asked.matchAll(/"type":"input_text","text":"([^"]*)"/g)];
  return texts.at(-1)?.[1] ?? '';
}
