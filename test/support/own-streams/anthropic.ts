import type { ProviderConversation } from '../provider-conversation.js';
import { byWord, lines } from './lines.js';

const start = (id: string): object => ({
  type: 'message_start',
  message: {
    id,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 1 },
  },
});

/** A content block from its beginning to its end. */
const block = (
  index: number,
  begun: object,
  deltas: readonly object[],
): object[] => [
  { type: 'content_block_start', index, content_block: begun },
  { type: 'ping' },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];

const text = (index: number, words: string): object[] =>
  block(
    index,
    { type: 'text', text: '' },
    byWord(words, (word) => ({ type: 'text_delta', text: word })),
  );

const end = (reason: string): object[] => [
  {
    type: 'message_delta',
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { output_tokens: 30 },
  },
  { type: 'message_stop' },
];

/** Thinking, a tool whose input comes in pieces, then text from its result. */
export const anthropicTool: ProviderConversation = {
  name: 'anthropic-tool-use',
  api: 'anthropic',
  calls: [
    lines(
      start('msg_own_1'),
      ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
        { type: 'thinking_delta', thinking: 'Which bird' },
        { type: 'thinking_delta', thinking: ' was it? 🐦' },
        { type: 'signature_delta', signature: 'c2lnbmF0dXJl' },
      ]),
      ...text(1, 'I ask the register.'),
      ...block(
        2,
        { type: 'tool_use', id: 'toolu_own_1', name: 'findBird', input: {} },
        [
          { type: 'input_json_delta', partial_json: '' },
          { type: 'input_json_delta', partial_json: '{"call": "ki' },
          { type: 'input_json_delta', partial_json: 'witt", "wing": 0.7}' },
        ],
      ),
      ...end('tool_use'),
    ),
    lines(
      start('msg_own_2'),
      ...text(0, 'A lapwing — Kiebitz, タゲリ 🪶.'),
      ...end('end_turn'),
    ),
  ],
};

/** Text, and then the provider has too much to do. */
export const anthropicError: ProviderConversation = {
  name: 'anthropic-error-in-mid-stream',
  api: 'anthropic',
  calls: [
    lines(
      start('msg_own_3'),
      ...block(0, { type: 'text', text: '' }, [
        { type: 'text_delta', text: 'As far as I' },
        { type: 'text_delta', text: ' could see' },
      ]).slice(0, -1),
      {
        type: 'error',
        error: { type: 'overloaded_error', message: 'Overloaded' },
      },
    ),
  ],
};
