import type { UIMessage } from 'ai';
import { postMessage } from '../../support/post-message.js';
import { soundRuns, untilLog, type LoggedRun } from '../../support/read-log.js';
import type { Direction } from '../app/direction.js';

interface At {
  readonly api: string;
}

export interface PostedScript {
  readonly chatId: string;
  readonly script: readonly Direction[];
  readonly text?: string;
}

/** Asks for an answer in which the model does what the script says. */
export function postScript(
  { api }: At,
  { chatId, script, text = 'Go on.' }: PostedScript,
): Promise<Response> {
  return postMessage(api, { id: chatId, text, fields: { script } });
}

/** What a page asks that has loaded in mid-answer, or lost its connection. */
export function resume(
  { api }: At,
  chatId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${api}/${chatId}/stream`, { headers });
}

export interface Loaded {
  readonly messages: readonly UIMessage[];
  readonly activeRunId: string | null;
}

export async function load(
  { api }: At,
  chatId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Loaded> {
  const response = await fetch(`${api}/${chatId}`, { headers });
  // CAST: as PROTOCOL.md has it.
  return (await response.json()) as Loaded;
}

/** The chat's runs, sound and at their end, once so many are. */
export async function storedRuns(
  { streams }: { readonly streams: { readonly url: string } },
  chatId: string,
  count = 1,
): Promise<readonly LoggedRun[]> {
  await untilLog(streams, chatId, (log) => {
    const ended = log.filter(
      (record) => record.type === 'run' && record.value.status !== 'active',
    );
    return ended.length >= count;
  });
  return soundRuns(streams, chatId);
}

/** What a body holds after the part that was read. */
export interface Rest {
  text(): Promise<string>;
  cancel(): Promise<void>;
}

/** Reads a body up to these words; what there is, and what is to come. */
export async function readUntil(
  { body }: Response,
  words: string,
): Promise<readonly [string, Rest]> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error('The response has no body.');
  const next = async (): Promise<string | undefined> => {
    const { done, value } = await reader.read();
    return done ? undefined : value;
  };
  const text = async (isEnough: (text: string) => boolean): Promise<string> => {
    let read = '';
    while (!isEnough(read)) {
      const more = await next();
      if (more === undefined) break;
      read += more;
    }
    return read;
  };
  const before = await text((read) => read.includes(words));
  return [
    before,
    { text: () => text(() => false), cancel: () => reader.cancel() },
  ];
}

/** The text that the chunks in a body, or in a part of one, add up to. */
export function textIn(body: string): string {
  const deltas = body.matchAll(/^data: (\{"type":"text-delta".*\})$/gm);
  return Array.from(deltas, ([, json = '']) => {
    // CAST: a chunk of this type has a text.
    return (JSON.parse(json) as { delta: string }).delta;
  }).join('');
}

const CURSOR = /^id: (.*)$/m;

/** What a reader may keep of a body that broke off, and where it goes on. */
export function confirmedIn(body: string): { text: string; cursor: string } {
  const frames = body.split('\n\n').slice(0, -1);
  const last = frames.findLastIndex((frame) => CURSOR.test(frame));
  const [, cursor = ''] = CURSOR.exec(frames[last] ?? '') ?? [];
  return { text: textIn(frames.slice(0, last + 1).join('\n\n')), cursor };
}
