import type { ProviderConversation } from '../provider-conversation.js';
import { byWord, lines } from './lines.js';

const chunk = (
  parts: readonly object[],
  rest: {
    readonly finishReason?: string;
    readonly groundingMetadata?: object;
  } = {},
): object => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...rest }],
  usageMetadata: {
    promptTokenCount: 8,
    candidatesTokenCount: 21,
    totalTokenCount: 29,
  },
  modelVersion: 'gemini-3-pro-preview',
  responseId: 'own',
});

const grounding = {
  webSearchQueries: ['train to the sea'],
  groundingChunks: [
    { web: { uri: 'https://trains.example/sea', title: 'Trains — Züge' } },
  ],
};

/** Thoughts and a tool, then text with a source and an image. */
export const googleTool: ProviderConversation = {
  name: 'google-generate-content-tool',
  api: 'google',
  calls: [
    lines(
      ...byWord('The timetable knows 🚆 that.', (text) =>
        chunk([{ text, thought: true }]),
      ),
      chunk([
        {
          functionCall: { name: 'nextTrain', args: { to: 'Sète', at: 7.5 } },
          thoughtSignature: 'dGhvdWdodA==',
        },
      ]),
      chunk([{ text: '' }], { finishReason: 'STOP' }),
    ),
    lines(
      ...byWord('It leaves at half past seven ⏰ — 七時半.', (text) =>
        chunk([{ text }]),
      ),
      chunk([{ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }]),
      chunk([{ text: '' }], {
        finishReason: 'STOP',
        groundingMetadata: grounding,
      }),
    ),
  ],
};
