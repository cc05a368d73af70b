import { setTimeout as wait } from 'node:timers/promises';
import { tool } from 'ai';
import { z } from 'zod';
import { delayMs } from '@/lib/delay-ms';

/** Pretends to deploy; runs only once the user has approved it. */
const deployPreview = tool({
  description: 'Deploy a preview of a branch. The user is asked first.',
  inputSchema: z.object({
    branch: z.string(),
    region: z.string(),
    expiresInHours: z.number(),
  }),
  execute: async ({ branch }, { abortSignal }) => {
    await wait(delayMs * 30, undefined, { signal: abortSignal });
    return { url: `https://${branch}.preview.example`, buildSeconds: 38 };
  },
});

export const tools = { deployPreview };
