import type { Script } from '@/lib/script/script';

export const HELLO: Script = {
  reasoning: `No script fits this exactly, and I am only a script. So I say what I am, what this demo is about, and what is worth trying.`,
  text: `Thank you for writing. I should be honest: I am **not a language model** but a script that takes its time, so that you have the time to break the connection.

### Things worth trying while I talk

1. **Reload the page.** The words that you have read come back, and the rest follows.
2. **Open this chat in a second tab.** Both show the same answer as it grows.
3. **Switch off the network** in your browser's tools, count to ten, and switch it on again. A small note at the top tells you what is going on; no word is lost or doubled.
4. **Press stop** in one tab and look at the other.
5. **Go to another chat** and come back.

Behind this is one small idea: an answer is written to an append-only log, and a page is merely one of its readers.

\`\`\`ts
const transport = new DurableTransport({ api: '/api/chat' });
\`\`\`

| If you ask about | you get |
| --- | --- |
| a weekend in Lisbon | a plan, with a table |
| durable streams | an explanation, with code |
| a story | a lighthouse |
| a preview deployment | a tool that needs your approval |

With an \`OPENAI_API_KEY\` or an \`ANTHROPIC_API_KEY\` in the environment a real model takes my place, and nothing else changes.`,
};
