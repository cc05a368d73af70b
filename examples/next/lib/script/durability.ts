import type { Script } from '@/lib/script/script';

export const DURABILITY: Script = {
  reasoning: `The question is how an answer can outlive the connection that carries it. I should start from the one idea, the log, show the few lines that matter on each side, and be honest about what it costs. A table says what happens when things break.`,
  text: `## The answer is a log, not a connection

Usually an answer lives in one HTTP response. When that response breaks, the answer is gone. Here every piece of it is **appended to a log**, and the response is only one of its readers.

### On the server

\`\`\`ts
export const chat = createDurableChat({
  streams: { url: process.env.DURABLE_STREAMS_URL },
  authorize: async ({ request }) => userOf(request),
  respond: async ({ messages, abortSignal }) =>
    streamText({
      model,
      messages: await convertToModelMessages(messages),
      abortSignal, // fires on stop, never on a disconnect
    }),
});
\`\`\`

### In the browser

\`\`\`tsx
const transport = new DurableTransport({ api: '/api/chat' });
const { messages } = useChat({ id, transport, resume: true });
\`\`\`

### What happens when things break

| You do this | The answer |
| --- | --- |
| reload the page | comes back whole and goes on |
| lose the network | waits, then continues at the very next word |
| open a second tab | appears there too, live |
| press stop | stops, in every tab |
| kill the server | ends with a clear note, never hangs |

A reader only has to remember **how far it got**. It asks for the rest:

\`\`\`bash
curl -N localhost:3000/api/chat/$CHAT/stream -H "Last-Event-ID: $CURSOR"
\`\`\`

Three things make this cheap:

- The live reader never waits for the log: *the words reach you as fast as without it*.
- Pieces are appended in small batches, a few per second.
- Finished messages are kept whole, so opening a long chat costs its messages and not its tokens.

Try it now: **reload this page** before I finish this sentence, and watch the words that you have already read come back before the ones that you have not.`,
};
