import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ProviderApi,
  ProviderConversation,
} from './provider-conversation.js';

/** What begins another call of the model within one file. */
const CALL_START = /^\{"type":"(?:response\.created|message_start)"/;

/**
 * Recorded streams, one server-sent event's data a line, in files
 * `{name}.chunks.txt`. Files whose names end in `.1`, `.2` and so on are the
 * calls of one conversation.
 */
export async function readRecordings(
  directory: string,
): Promise<ProviderConversation[]> {
  const files = await readdir(directory);
  const byName = new Map<string, string[]>();
  for (const file of files.filter((it) => it.endsWith('.txt')).sort()) {
    const name = file.replace(/(?:\.\d+)?\.chunks\.txt$/, '');
    const text = await readFile(join(directory, file), 'utf8');
    byName.set(name, [...(byName.get(name) ?? []), text]);
  }
  return [...byName].map(([name, texts]) => ({
    name,
    api: apiOf(name),
    calls: texts.flatMap(splitCalls),
  }));
}

function splitCalls(text: string): string[][] {
  const calls: string[][] = [];
  for (const line of text.split('\n').filter((it) => it.trim() !== '')) {
    if (calls.length === 0 || CALL_START.test(line)) calls.push([]);
    calls.at(-1)?.push(line);
  }
  return calls;
}

function apiOf(name: string): ProviderApi {
  if (name === 'openai-text') return 'openai-chat';
  if (name.startsWith('anthropic')) return 'anthropic';
  return name.startsWith('google') ? 'google' : 'openai-responses';
}
