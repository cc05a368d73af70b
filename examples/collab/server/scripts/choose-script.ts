import type { ModelCallOptions } from 'ai-durable-transport/testing';
import { IRIS, IRIS_DENIED, IRIS_DEPLOYED } from './iris.ts';
import { OTTO } from './otto.ts';
import type { Script } from './script.ts';

type Prompt = ModelCallOptions['prompt'];

export type Role = 'iris' | 'otto';

/** The next step of an agent: after a tool, or after what was said. */
export function chooseScript(role: Role, prompt: Prompt): Script {
  const last = prompt.at(-1);
  if (last?.role === 'tool') {
    const denied = last.content.some(
      (part) =>
        part.type === 'tool-result' && part.output.type === 'execution-denied',
    );
    return denied ? IRIS_DENIED : IRIS_DEPLOYED;
  }
  const { topics, otherwise } = role === 'iris' ? IRIS : OTTO;
  const said = saidByUser(last);
  return topics.find(([words]) => words.test(said))?.[1] ?? otherwise;
}

function saidByUser(message: Prompt[number] | undefined): string {
  if (message?.role !== 'user') return '';
  return message.content
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('\n');
}
