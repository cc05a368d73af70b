import { convertToModelMessages, isStepCount, streamText } from 'ai';
import { embeddedStreams } from 'ai-durable-transport/embedded';
import { allowAnyone, createDurableChat } from 'ai-durable-transport/server';
import type { DemoMessage } from '@/lib/demo-message';
import { model } from '@/lib/model';
import { tools } from '@/lib/tools';

const url = process.env['DURABLE_STREAMS_URL'];
const dir = process.env['DEMO_STREAMS_DIR'] ?? '.data/streams';

/** The chats: routes serve it, and server components read it. */
export const chat = createDurableChat<DemoMessage>({
  // In process and on disk unless a streams server is given.
  streams: url ? { url } : embeddedStreams({ dir }),
  // A demo without accounts. An app looks up its user here.
  authorize: allowAnyone(),
  history: 'server',
  leaseMs: Number(process.env['DEMO_LEASE_MS'] ?? 15_000),
  respond: async ({ messages, abortSignal }) =>
    streamText({
      model,
      tools,
      toolApproval: { deployPreview: 'user-approval' },
      messages: await convertToModelMessages(messages, { tools }),
      stopWhen: isStepCount(5),
      abortSignal,
    }),
  // Readers see a text that gives nothing away: the cause is for the log.
  onError: (error, { source }) => console.error(`[${source}]`, error),
});
