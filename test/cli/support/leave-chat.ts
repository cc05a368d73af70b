import { createHash } from 'node:crypto';
import { createStream, logTarget, storeBlob } from '../../../src/log/index.js';
import {
  encodeChunkRecord,
  messageRecord,
  runRecord,
  type RunValue,
} from '../../../src/protocol/index.js';
import { blobPlaces } from '../../../src/cli/streams-location.js';

interface Streams {
  readonly url: string;
}

export const IMAGE = 'an image, as far as anybody asks';
export const IMAGE_ID = createHash('sha256').update(IMAGE).digest('hex');

export const RUN: RunValue = {
  id: 'r1',
  messageId: 'a1',
  parentId: 'u1',
  agentId: 'assistant',
  epoch: 7,
  attempt: 1,
  status: 'active',
  at: 1_700_000_001_000,
  leaseMs: 15_000,
};

/** A question with a large file, and an answer with a tool call. */
export async function leaveChat(
  streams: Streams,
  chatId: string,
  run: RunValue = { ...RUN, status: 'done' },
): Promise<void> {
  await leaveImage(streams, chatId);
  const head = {
    runId: run.id,
    messageId: run.messageId,
    actorId: run.agentId,
  };
  const records = [
    JSON.stringify(messageRecord(question(chatId))),
    JSON.stringify(runRecord({ ...run, status: 'active' })),
    encodeChunkRecord({ ...head, seq: 0 }, CHUNKS.slice(0, 2).map(json)),
    encodeChunkRecord({ ...head, seq: 2 }, CHUNKS.slice(2).map(json)),
    JSON.stringify(NOTE),
    ...(run.status === 'active' ? [] : [JSON.stringify(runRecord(run))]),
  ];
  const body = `[${records.join()}]`;
  await createStream(logTarget(streams, chatId), { body });
}

const json = (chunk: object): string => JSON.stringify(chunk);

/** Of a type that only the app knows. */
const NOTE = {
  type: 'app-note',
  key: 'n1',
  value: { stars: 3, of: [1, null, 'é'] },
  headers: { operation: 'insert' },
};

const CHUNKS = [
  { type: 'start', messageId: 'a1' },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta: 'A lake ' },
  { type: 'text-delta', id: 't', delta: 'at dawn.' },
  { type: 'text-end', id: 't' },
  { type: 'tool-input-start', toolCallId: 'c1', toolName: 'weather' },
  {
    type: 'tool-input-available',
    toolCallId: 'c1',
    toolName: 'weather',
    input: { city: 'Bern' },
  },
  { type: 'tool-output-available', toolCallId: 'c1', output: '``` sunny' },
  { type: 'finish' },
];

function question(chatId: string) {
  const url = `/api/chat/${encodeURIComponent(chatId)}/blobs/${IMAGE_ID}`;
  return {
    id: 'u1',
    role: 'user' as const,
    parts: [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'file' as const, mediaType: 'image/png', url },
    ],
    parentId: null,
    actorId: 'ada',
    createdAt: 1_700_000_000_000,
  };
}

async function leaveImage(streams: Streams, chatId: string): Promise<void> {
  const content = new TextEncoder().encode(IMAGE);
  const places = blobPlaces(streams, chatId);
  const mediaType = 'image/png';
  const blob = { id: IMAGE_ID, mediaType, bytes: content.length, content };
  await storeBlob(places, { ...blob, createdAt: 1_700_000_000_000 }, {});
}
