import { z } from 'zod';

/**
 * What the room remembers besides its messages: a type of records of this app's
 * own. The server checks what is written, the page what it reads.
 */
export const activitySchema = z.object({
  kind: z.enum(['joined', 'approved', 'denied', 'stopped', 'forked']),
  who: z.string().min(1).max(40),
  /** Epoch milliseconds, as far as there are dates. */
  at: z.number().min(0).max(8_640_000_000_000_000),
  /** What it was done to: a call's id, an agent's name, another room's id. */
  target: z.string().max(200).optional(),
  /** Of a fork: the room that it is one of. */
  source: z.string().max(200).optional(),
});

export type Activity = z.infer<typeof activitySchema>;
