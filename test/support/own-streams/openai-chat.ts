import type { ProviderConversation } from '../provider-conversation.js';
import { byWord, lines } from './lines.js';

const chunk = (delta: object, finishReason: string | null = null): object => ({
  id: 'chatcmpl-own',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'gpt-4.1-nano',
  choices: [{ index: 0, delta, finish_reason: finishReason }],
});

const usage = {
  ...chunk({}),
  choices: [],
  usage: { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 },
};

const toolCall = (call: object): object =>
  chunk({ tool_calls: [{ index: 0, ...call }] });

const said = (text: string): object[] =>
  byWord(text, (content) => chunk({ content }));

/** A tool call with its arguments in pieces, then text from the result. */
export const openaiChatTool: ProviderConversation = {
  name: 'openai-chat-tool',
  api: 'openai-chat',
  calls: [
    lines(
      chunk({ role: 'assistant', content: '' }),
      ...said('I look at the tide table.'),
      toolCall({
        id: 'call_own_1',
        type: 'function',
        function: { name: 'tideAt', arguments: '' },
      }),
      toolCall({ function: { arguments: '{"harbour":"Tró' } }),
      toolCall({ function: { arguments: 'ndheim","hours":[6' } }),
      toolCall({ function: { arguments: ',18]}' } }),
      chunk({}, 'tool_calls'),
      usage,
    ),
    lines(
      chunk({ role: 'assistant', content: '' }),
      ...said('High water is at six 🌊, and again at 18 o’clock — 満潮.'),
      chunk({}, 'stop'),
      usage,
    ),
  ],
};
