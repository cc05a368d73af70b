import type { ModelCallOptions } from 'ai-durable-transport/testing';
import { DEPLOY, DEPLOY_DENIED, DEPLOYED } from '@/lib/script/deploy';
import { DURABILITY } from '@/lib/script/durability';
import { HELLO } from '@/lib/script/hello';
import type { Script } from '@/lib/script/script';
import { STORY } from '@/lib/script/story';
import { WEEKEND } from '@/lib/script/weekend';

type Prompt = ModelCallOptions['prompt'];

const SCRIPTS: readonly (readonly [RegExp, Script])[] = [
  [/\b(deploy|preview|ship|release)\b/i, DEPLOY],
  [/\b(weekend|lisbon|trip|travel|itinerary)\b/i, WEEKEND],
  [/\b(story|tale|lighthouse|poem)\b/i, STORY],
  [/\b(durable|stream|streams|reload|resume|log|code)\b/i, DURABILITY],
];

/** The next step of the conversation: after a tool, or after what was said. */
export function chooseScript(prompt: Prompt): Script {
  const last = prompt.at(-1);
  if (last?.role === 'tool') {
    const denied = last.content.some(
      (part) =>
        part.type === 'tool-result' && part.output.type === 'execution-denied',
    );
    return denied ? DEPLOY_DENIED : DEPLOYED;
  }
  const said = saidByUser(last);
  return SCRIPTS.find(([words]) => words.test(said))?.[1] ?? HELLO;
}

function saidByUser(message: Prompt[number] | undefined): string {
  if (message?.role !== 'user') return '';
  return message.content
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('\n');
}
