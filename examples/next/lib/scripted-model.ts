import { setTimeout as wait } from 'node:timers/promises';
import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { delayMs } from '@/lib/delay-ms';
import { chooseScript } from '@/lib/script/choose-script';
import { playScript } from '@/lib/script/play-script';

/**
 * Answers at the pace of a person who reads along, the same words each time:
 * so the demo needs no key and a test knows what to expect.
 */
export const scriptedModel: LanguageModelV4 = {
  specificationVersion: 'v4',
  provider: 'demo',
  modelId: 'scripted',
  supportedUrls: {},
  doGenerate: () => Promise.reject(new Error('The script is only streamed.')),
  doStream: async ({ prompt, abortSignal }) => ({
    stream: streamOf(paced(playScript(chooseScript(prompt)), abortSignal)),
  }),
};

async function* paced(
  parts: Iterable<LanguageModelV4StreamPart>,
  signal: AbortSignal | undefined,
): AsyncGenerator<LanguageModelV4StreamPart> {
  for (const part of parts) {
    if (part.type.endsWith('-delta')) {
      await wait(delayMs, undefined, signal === undefined ? {} : { signal });
    }
    yield part;
  }
}

function streamOf<Item>(items: AsyncGenerator<Item>): ReadableStream<Item> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await items.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await items.return(undefined);
    },
  });
}
