import {
  convertToModelMessages,
  stepCountIs,
  streamText,
  tool,
  type LanguageModel,
} from 'ai';
import type { RespondContext, StreamResult } from 'ai-durable-transport/server';
import type { CallScript } from 'ai-durable-transport/testing';
import { z } from 'zod';

/** Two steps with all that an answer is made of; `delayMs` before each piece. */
export function weatherScript(delayMs: number): readonly CallScript[] {
  const paced = { delayMs };
  return [
    [
      { type: 'reasoning', text: 'Look it up', ...paced },
      { type: 'text', text: 'Let me see …', ...paced },
      { type: 'tool-call', toolName: 'weather', input: { city: 'Zürich' } },
    ],
    [
      { type: 'source', url: 'https://weather.example/zurich' },
      { type: 'text', text: 'Rain ☔, then 🌤️ sun', ...paced },
      { type: 'file', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
    ],
  ];
}

const weather = tool({
  description: 'The weather in a city',
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => Promise.resolve({ city, sky: 'rain' }),
});

/** Plays such a script as an app would: with a server tool, in steps. */
export function answerWithWeather(model: LanguageModel) {
  return async ({
    messages,
    abortSignal,
  }: RespondContext): Promise<StreamResult> => {
    const result = streamText({
      model,
      messages: await convertToModelMessages(messages),
      tools: { weather },
      stopWhen: stepCountIs(2),
      abortSignal,
    });
    return {
      toUIMessageStream: (options) =>
        result.toUIMessageStream({ ...options, sendSources: true }),
    };
  };
}
