/** Which API streams it; each has a framing of its own. */
export type ProviderApi =
  | 'openai-chat'
  | 'openai-responses'
  | 'anthropic'
  | 'google';

/** What a provider streams, call by call: a line is one event's data. */
export interface ProviderConversation {
  readonly name: string;
  readonly api: ProviderApi;
  readonly calls: readonly (readonly string[])[];
}

/** The tools that the model calls and the app has to run. */
export function toolNamesOf({ calls }: ProviderConversation): string[] {
  const names = new Set<string>();
  for (const line of calls.flat()) findToolNames(parsed(line), names);
  return [...names];
}

/** A provider may send what is no JSON; the AI SDK makes an error of it. */
export function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function findToolNames(value: unknown, names: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const { type, name, functionCall }: Record<string, unknown> = { ...value };
  const isCall = type === 'function_call' || type === 'tool_use';
  addName(isCall ? name : undefined, names);
  if (typeof functionCall === 'object' && functionCall !== null) {
    addName({ name: undefined, ...functionCall }.name, names);
  }
  if (type === 'function' && 'function' in value) {
    const { function: called } = value;
    addName({ name: undefined, ...Object(called) }.name, names);
  }
  for (const inner of Object.values(value)) findToolNames(inner, names);
}

function addName(name: unknown, names: Set<string>): void {
  if (typeof name === 'string' && name !== '') names.add(name);
}
