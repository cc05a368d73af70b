import { isV7 } from './fold-message.js';
import { nth, present, type Action, type Script } from './answer-script.js';

const textStart =
  (part: string): Action =>
  ({ open }, { pick, metadata }) => {
    const id = `${part[0]}${pick % 3}`;
    open.add(`${part} ${id}`);
    return {
      type: `${part}-start`,
      id,
      ...present({ providerMetadata: metadata }),
    };
  };

const openId = ({ open }: Script, part: string, pick: number) =>
  nth(
    [...open].filter((key) => key.startsWith(part)),
    pick,
  );

const textDelta =
  (part: string): Action =>
  (script, { pick, metadata, value }) => {
    const key = openId(script, part, pick);
    return key === undefined
      ? undefined
      : {
          type: `${part}-delta`,
          id: key.slice(part.length + 1),
          delta: typeof value === 'string' ? value : ' word',
          ...present({ providerMetadata: metadata }),
        };
  };

const CITATION = {
  source: {
    type: 'source',
    sourceType: 'url',
    id: 's1',
    url: 'https://a.example',
  },
};

const textEnd =
  (part: string): Action =>
  (script, { pick, metadata, flag }) => {
    const key = openId(script, part, pick);
    if (key === undefined) return undefined;
    script.open.delete(key);
    const cites = isV7 && part === 'text' && flag;
    return {
      type: `${part}-end`,
      id: key.slice(part.length + 1),
      ...present({
        providerMetadata: metadata,
        citations: cites ? [CITATION] : undefined,
      }),
    };
  };

const data: Action = (_, { pick, value, flag }) => ({
  type: `data-${pick % 2 === 0 ? 'weather' : 'news'}`,
  data: value,
  ...present({
    id: pick % 3 === 0 ? undefined : `d${pick % 4}`,
    transient: flag,
  }),
});

const source: Action = (_, { pick, metadata }) => ({
  ...(pick % 2 === 0
    ? { type: 'source-url', url: 'https://a.example' }
    : { type: 'source-document', mediaType: 'text/plain', title: 'A' }),
  sourceId: `s${pick}`,
  ...present({ providerMetadata: metadata }),
});

const file: Action = (_, { pick, metadata }) => ({
  type: isV7 && pick % 2 === 0 ? 'reasoning-file' : 'file',
  url: 'data:text/plain,a',
  mediaType: 'text/plain',
  ...present({ providerMetadata: metadata }),
});

const metadata: Action = (_, { pick, value }) => ({
  type: pick % 2 === 0 ? 'start' : 'message-metadata',
  messageMetadata: { [`m${pick % 3}`]: value },
});

const startStep: Action = (script) => {
  script.step += 1;
  return { type: 'start-step' };
};

/** v6 closes all texts with the step; so it must not hear of them again. */
const finishStep: Action = ({ open }) => {
  if (!isV7) open.clear();
  return { type: 'finish-step' };
};

const resetStep: Action = (script) => {
  script.open.clear();
  const { step } = script;
  script.calls = script.calls
    .filter((call) => call.step !== step)
    // No delta may follow for what streams in an earlier step.
    .map((call) => ({ ...call, rest: undefined }));
  return { type: 'reset-step' };
};

const custom: Action = (_, { pick }) =>
  pick % 2 === 0
    ? { type: 'custom', kind: 'openai.compaction' }
    : {
        type: 'steering-message',
        id: `u${pick}`,
        parts: [{ type: 'text', text: 'Shorter' }],
      };

const unknown: Action = (_, { value }) => ({ type: 'x-unknown', value });

/** What makes the parts of an answer that are no tool calls. */
export const partMoves: Readonly<Record<string, Action>> = {
  'text-start': textStart('text'),
  'text-delta': textDelta('text'),
  'text-end': textEnd('text'),
  'reasoning-start': textStart('reasoning'),
  'reasoning-delta': textDelta('reasoning'),
  'reasoning-end': textEnd('reasoning'),
  data,
  source,
  file,
  metadata,
  unknown,
  'start-step': startStep,
  'finish-step': finishStep,
  ...(isV7 && { custom, 'reset-step': resetStep }),
};
