import {
  createUIMessageStreamResponse,
  generateId,
  toUIMessageStream,
  UI_MESSAGE_STREAM_HEADERS,
  type UIMessageChunk,
} from 'ai';
import { loadPeer } from '../peers/load-peer.js';
import { ActiveStreams } from './active-streams.js';
import type { AppSetting } from './app-setting.js';
import { readChatRequest, type ChatRequest } from './chat-request.js';
import type { Handler } from './http-adapter.js';
import { startModel } from './plain-handler.js';
import { plannedChunks } from './planned-chunks.js';

interface ResumableStream {
  readonly createResumableStreamContext: (options: {
    waitUntil: (work: Promise<unknown>) => void;
  }) => {
    createNewResumableStream(
      streamId: string,
      makeStream: () => ReadableStream<string>,
    ): Promise<unknown>;
    resumeExistingStream(
      streamId: string,
    ): Promise<ReadableStream<Uint8Array> | null | undefined>;
  };
}

/**
 * "Chatbot Resume Streams" of the AI SDK's docs, but with one context for all
 * requests, as the package's README has it: the docs' context per request
 * would open two more connections to Redis for each.
 */
export async function resumableStreamHandler({
  storeUrl = '',
  waitUntil,
}: AppSetting): Promise<Handler> {
  process.env.REDIS_URL = storeUrl;
  // CAST: the package's `types.ts`, version 2.2.13. Its streams are of strings,
  // which Node's HTTP server writes as they are.
  const { createResumableStreamContext } = (await loadPeer(
    'resumable-stream',
  )) as ResumableStream;
  const streams = createResumableStreamContext({ waitUntil });
  const active = new ActiveStreams();

  const send: Handler = async (request) => {
    const asked = await readChatRequest(request);
    active.save(asked.id, null);
    return createUIMessageStreamResponse({
      stream: await answerTo(asked, () => active.save(asked.id, null)),
      async consumeSseStream({ stream }) {
        const streamId = generateId();
        await streams.createNewResumableStream(streamId, () => stream);
        active.save(asked.id, streamId);
      },
    });
  };
  const resume: Handler = async (request) => {
    const streamId = active.of(request);
    if (streamId === undefined) return new Response(null, { status: 204 });
    return new Response(await streams.resumeExistingStream(streamId), {
      headers: UI_MESSAGE_STREAM_HEADERS,
    });
  };
  return (request) =>
    request.method === 'POST' ? send(request) : resume(request);
}

async function answerTo(
  asked: ChatRequest,
  onEnd: () => void,
): Promise<ReadableStream<UIMessageChunk>> {
  if (asked.plan.source === 'chunks') return plannedChunks(asked.plan);
  const { stream } = await startModel(asked);
  return toUIMessageStream({
    stream,
    originalMessages: asked.messages,
    generateMessageId: generateId,
    onEnd,
  });
}
