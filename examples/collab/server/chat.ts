import { embeddedStreams } from 'ai-durable-transport/embedded';
import { createDurableChat } from 'ai-durable-transport/server';
import { activitySchema } from '../shared/activity.ts';
import type { CollabMessage } from '../shared/collab-message.ts';
import { tidyName, USER_HEADER } from '../shared/user-header.ts';
import { agents } from './agents.ts';
import { leaseMs, presenceMs, streamsDir, streamsUrl } from './settings.ts';

/** All rooms: their routes are below `/api/chat`. */
export const chat = createDurableChat<CollabMessage>({
  // In process and on disk unless a streams server is given.
  streams: streamsUrl
    ? { url: streamsUrl }
    : embeddedStreams({ dir: streamsDir }),
  // A demo without accounts: it believes the name that it is told. An app looks
  // up its user here, by its own cookie or token, and whether they may do this
  // in this room.
  authorize: ({ request }) => {
    const name = nameIn(request);
    if (name === undefined) return new Response(null, { status: 401 });
    return { id: name };
  },
  agents,
  records: { activity: activitySchema },
  presence: { ttlMs: presenceMs },
  // Who is in the middle of an answer when the server dies goes on with it.
  onInterrupted: 'restart',
  leaseMs,
  // Readers see a text that gives nothing away: the cause is for the log.
  onError: (error, { source }) => console.error(`[${source}]`, error),
});

function nameIn({ headers }: Request): string | undefined {
  try {
    return tidyName(decodeURIComponent(headers.get(USER_HEADER) ?? ''));
  } catch {
    return undefined;
  }
}
