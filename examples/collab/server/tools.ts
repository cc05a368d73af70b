import { setTimeout as wait } from 'node:timers/promises';
import { tool } from 'ai';
import { z } from 'zod';
import { delayMs } from './settings.ts';

/** Pretends to deploy; runs only once somebody in the room has approved it. */
const deployPreview = tool({
  description: 'Deploy a preview of a branch. The room is asked first.',
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
