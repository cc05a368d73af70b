import type { ProviderConversation } from '../provider-conversation.js';
import { byWord, lines } from './lines.js';

const response = (id: string, status: string): object => ({
  id,
  object: 'response',
  created_at: 1_700_000_000,
  status,
  error: null,
  incomplete_details: null,
  model: 'gpt-5',
  output: [],
  usage:
    status === 'completed'
      ? {
          input_tokens: 20,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: 40,
          output_tokens_details: { reasoning_tokens: 16 },
          total_tokens: 60,
        }
      : null,
});

const whole = (id: string, ...events: readonly object[]): readonly string[] =>
  lines(
    { type: 'response.created', response: response(id, 'in_progress') },
    { type: 'response.in_progress', response: response(id, 'in_progress') },
    ...events,
    { type: 'response.completed', response: response(id, 'completed') },
  );

/** An output item from its beginning to its end. */
const item = (
  index: number,
  begun: object,
  rest: { readonly events?: readonly object[]; readonly done?: object } = {},
): object[] => [
  { type: 'response.output_item.added', output_index: index, item: begun },
  ...(rest.events ?? []),
  {
    type: 'response.output_item.done',
    output_index: index,
    item: { ...begun, status: 'completed', ...rest.done },
  },
];

function reasoning(index: number, id: string, summary: string): object[] {
  const place = { item_id: id, output_index: index, summary_index: 0 };
  const begun = { id, type: 'reasoning', summary: [] };
  const part = (text: string): object => ({ type: 'summary_text', text });
  const event = 'response.reasoning_summary';
  return item(
    index,
    { ...begun, encrypted_content: 'b3du' },
    {
      events: [
        { type: `${event}_part.added`, ...place, part: part('') },
        ...byWord(summary, (delta) => ({
          type: `${event}_text.delta`,
          ...place,
          delta,
        })),
        { type: `${event}_text.done`, ...place, text: summary },
        { type: `${event}_part.done`, ...place, part: part(summary) },
      ],
      done: { summary: [part(summary)], encrypted_content: 'b3duIGRvbmU=' },
    },
  );
}

function functionCall(index: number, id: string, input: object): object[] {
  const text = JSON.stringify(input);
  const place = { item_id: id, output_index: index };
  const event = 'response.function_call_arguments';
  return item(
    index,
    {
      id,
      type: 'function_call',
      status: 'in_progress',
      arguments: '',
      call_id: `call_${id}`,
      name: 'moonPhase',
    },
    {
      events: [
        { type: `${event}.delta`, ...place, delta: text.slice(0, 9) },
        { type: `${event}.delta`, ...place, delta: text.slice(9) },
        { type: `${event}.done`, ...place, arguments: text },
      ],
      done: { arguments: text },
    },
  );
}

function search(index: number, id: string): object[] {
  const begun = { id, type: 'web_search_call', status: 'in_progress' };
  const place = { output_index: index, item_id: id };
  const action = {
    type: 'search',
    query: 'moon rise',
    sources: [{ type: 'url', url: 'https://moon.example/rise' }],
  };
  return item(index, begun, {
    events: [
      { type: 'response.web_search_call.in_progress', ...place },
      { type: 'response.web_search_call.searching', ...place },
      { type: 'response.web_search_call.completed', ...place },
    ],
    done: { action },
  });
}

function message(index: number, id: string, text: string): object[] {
  const place = { item_id: id, output_index: index, content_index: 0 };
  const annotation = {
    type: 'url_citation',
    start_index: 0,
    end_index: 8,
    title: 'Moon rise — Mondaufgang',
    url: 'https://moon.example/rise',
  };
  const part = (said: string, annotations: readonly object[]): object => ({
    type: 'output_text',
    annotations,
    logprobs: [],
    text: said,
  });
  return item(
    index,
    {
      id,
      type: 'message',
      status: 'in_progress',
      content: [],
      role: 'assistant',
    },
    {
      events: [
        { type: 'response.content_part.added', ...place, part: part('', []) },
        ...byWord(text, (delta) => ({
          type: 'response.output_text.delta',
          ...place,
          delta,
          logprobs: [],
        })),
        {
          type: 'response.output_text.annotation.added',
          ...place,
          annotation_index: 0,
          annotation,
        },
        { type: 'response.output_text.done', ...place, text, logprobs: [] },
      ],
      done: { content: [part(text, [annotation])] },
    },
  );
}

/** Reasoning and a tool, then a search by the provider, a source and text. */
export const openaiReasoning: ProviderConversation = {
  name: 'openai-responses-reasoning-and-tool',
  api: 'openai-responses',
  calls: [
    whole(
      'resp_own_1',
      ...reasoning(0, 'rs_own_1', '**Moon** I should look the phase up.'),
      ...functionCall(1, 'fc_own_1', { date: '2031-05-06', place: 'Ærø' }),
    ),
    whole(
      'resp_own_2',
      ...reasoning(0, 'rs_own_2', 'Now when it rises 🌙.'),
      ...search(1, 'ws_own_1'),
      ...message(2, 'msg_own_1', 'It is full 🌕 and rises at nine — 九時.'),
    ),
  ],
};

const request = {
  id: 'mcpr_own_1',
  type: 'mcp_approval_request',
  arguments: '{"path":"notes.md"}',
  name: 'remove_note',
  server_label: 'own',
};

/** A tool of the provider that waits for the user, and what follows it. */
export const openaiApproval: ProviderConversation = {
  name: 'openai-responses-approval',
  api: 'openai-responses',
  calls: [
    whole(
      'resp_own_3',
      ...reasoning(0, 'rs_own_3', 'That needs a yes.'),
      ...item(1, request),
    ),
    whole('resp_own_4', ...message(0, 'msg_own_2', 'It is removed ✅ now.')),
  ],
};

/** Text alone, and nothing that has to be asked for. */
export const openaiText = (text: string): ProviderConversation => ({
  name: 'openai-responses-text',
  api: 'openai-responses',
  calls: [whole('resp_own_5', ...message(0, 'msg_own_3', text))],
});
