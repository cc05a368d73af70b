import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import type { LanguageModel } from 'ai';

type Model = Exclude<LanguageModel, string>;

/** A provider's own conversion of messages, up to what it would have sent. */
export interface ProviderProbe {
  readonly model: Model;
  /** The tool calls of the body that was sent last, and those with a result. */
  pairs(): { readonly calls: string[]; readonly results: string[] };
}

export type ProviderName = 'openai chat' | 'openai responses' | 'anthropic';

/** Answers every request with an error, after it has kept its body. */
export function probeProvider(name: ProviderName): ProviderProbe {
  let body: unknown;
  const fetch: typeof globalThis.fetch = async (_, init) => {
    body = await new Response(init?.body ?? null).json();
    return Response.json({ error: { message: 'enough' } }, { status: 400 });
  };
  const settings = { apiKey: 'none', fetch };
  return {
    model: modelOf(name, settings),
    pairs: () => {
      const found = [...objectsIn(body)];
      return {
        calls: found.flatMap(callId),
        results: found.flatMap(resultId),
      };
    },
  };
}

function modelOf(
  name: ProviderName,
  settings: { apiKey: string; fetch: typeof fetch },
): Model {
  switch (name) {
    case 'openai chat':
      return createOpenAI(settings).chat('gpt-4.1');
    case 'openai responses':
      return createOpenAI(settings).responses('gpt-4.1');
    case 'anthropic':
      return createAnthropic(settings)('claude-sonnet-4-5');
  }
}

type Fields = Readonly<Record<string, unknown>>;

function* objectsIn(value: unknown): Generator<Fields> {
  if (typeof value !== 'object' || value === null) return;
  // CAST: an object of any shape; only its fields are looked at.
  if (!Array.isArray(value)) yield value as Fields;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

/** Of an assistant's message; the tools that are offered have no call's id. */
function callId(found: Fields): string[] {
  if (found['type'] === 'function_call') return [String(found['call_id'])];
  const isCall = found['type'] === 'function' || found['type'] === 'tool_use';
  return isCall && 'id' in found ? [String(found['id'])] : [];
}

function resultId(found: Fields): string[] {
  if (found['type'] === 'function_call_output') {
    return [String(found['call_id'])];
  }
  if (found['type'] === 'tool_result') return [String(found['tool_use_id'])];
  return found['role'] === 'tool' ? [String(found['tool_call_id'])] : [];
}
