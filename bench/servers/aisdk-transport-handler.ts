import { randomUUID } from 'node:crypto';
import { toUIMessageStream } from 'ai';
import { loadPeer } from '../peers/load-peer.js';
import { ActiveStreams } from './active-streams.js';
import type { AppSetting } from './app-setting.js';
import { readChatRequest, type ChatRequest } from './chat-request.js';
import type { Handler } from './http-adapter.js';
import { startModel } from './plain-handler.js';
import { plannedChunks } from './planned-chunks.js';

interface AisdkTransport {
  readonly toDurableStreamResponse: (options: {
    source: AsyncIterable<unknown>;
    stream: { writeUrl: string; readUrl: string };
    waitUntil: (work: Promise<unknown>) => void;
  }) => Promise<Response>;
}

const READ_PATH = '/api/chat-stream';
const HOP_BY_HOP = new Set([
  'connection',
  'transfer-encoding',
  'content-encoding',
  'content-length',
]);

/** "Optimal setup: resumable generations" of the package's README. */
export async function aisdkTransportHandler({
  storeUrl = '',
  waitUntil,
}: AppSetting): Promise<Handler> {
  // CAST: the package's `server.ts`, version 0.0.7.
  const { toDurableStreamResponse } = (await loadPeer(
    '@durable-streams/aisdk-transport',
  )) as AisdkTransport;
  const active = new ActiveStreams();

  const send: Handler = async (request) => {
    const asked = await readChatRequest(request);
    const streamPath = `chat/${asked.id}/${randomUUID()}`;
    active.save(asked.id, streamPath);
    return toDurableStreamResponse({
      source: await answerTo(asked, () => active.save(asked.id, null)),
      stream: {
        writeUrl: `${storeUrl}/${streamPath}`,
        readUrl: readUrlOf(request, streamPath),
      },
      waitUntil,
    });
  };
  const resume: Handler = async (request) => {
    const streamPath = active.of(request);
    if (streamPath === undefined) return new Response(null, { status: 204 });
    const streamUrl = readUrlOf(request, streamPath);
    const headers = { Location: streamUrl };
    return Response.json({ streamUrl }, { status: 200, headers });
  };
  return (request) => {
    if (request.method === 'POST') return send(request);
    const { pathname } = new URL(request.url);
    return pathname === READ_PATH
      ? readThrough(storeUrl, request)
      : resume(request);
  };
}

async function answerTo(
  asked: ChatRequest,
  onEnd: () => void,
): Promise<ReadableStream<unknown>> {
  if (asked.plan.source === 'chunks') return plannedChunks(asked.plan);
  const { stream } = await startModel(asked);
  return toUIMessageStream({ stream, originalMessages: asked.messages, onEnd });
}

function readUrlOf(request: Request, streamPath: string): string {
  const url = new URL(READ_PATH, request.url);
  url.searchParams.set('path', streamPath);
  return url.href;
}

/** The proxy of the package's guide: browsers never see the streams server. */
async function readThrough(
  storeUrl: string,
  request: Request,
): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const upstream = new URL(`${storeUrl}/${searchParams.get('path') ?? ''}`);
  for (const [name, value] of searchParams) {
    if (name !== 'path') upstream.searchParams.append(name, value);
  }
  const accept = request.headers.get('accept');
  const response = await fetch(upstream, {
    ...(accept !== null && { headers: { accept } }),
  });
  const headers = new Headers();
  for (const [name, value] of response.headers) {
    if (!HOP_BY_HOP.has(name)) headers.set(name, value);
  }
  headers.set('cache-control', 'no-store');
  return new Response(response.body, { status: response.status, headers });
}
