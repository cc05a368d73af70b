import type { IncomingMessage, ServerResponse } from 'node:http';
import { headStream, logTarget } from '../../log/index.js';
import type { FoldMessage } from '../../protocol/index.js';
import { loadFold } from '../chat-view.js';
import { failureOf } from '../failure.js';
import { RETRY, type StreamsLocation } from '../streams-location.js';
import type { ChatDirectory } from './chat-directory.js';
import { doDeed, isDeed } from './do-deed.js';
import { openEvents } from './event-response.js';
import type { Feeds } from './feeds.js';

/** What all requests share. */
export interface InspectorStage {
  readonly streams: StreamsLocation;
  readonly directory: ChatDirectory;
  readonly feeds: Feeds;
}

interface ApiRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** Answers what the page asks. Never throws. */
export async function answerApi(
  stage: InspectorStage,
  api: ApiRequest,
): Promise<void> {
  const { request, response, url } = api;
  try {
    const key = `${request.method} ${url.pathname}`;
    const answer = ROUTES[key];
    if (answer === undefined) refuse(response, 404, 'Not found.');
    else await answer(stage, api);
  } catch (error) {
    const { message } = failureOf(error);
    if (response.headersSent) response.destroy();
    else refuse(response, 500, message);
  }
}

type Answer = (stage: InspectorStage, api: ApiRequest) => void | Promise<void>;

const ROUTES: Readonly<Record<string, Answer>> = {
  'GET /api/chats': tellChats,
  'POST /api/chats': addChat,
  'GET /api/feed': followFeed,
  'GET /api/moment': tellMoment,
  'POST /api/line': steerLine,
  'POST /api/deed': act,
};

function tellChats(
  { directory }: InspectorStage,
  { response }: ApiRequest,
): void {
  sendJson(response, directory.chats);
}

async function addChat(
  { streams, directory }: InspectorStage,
  { url, response }: ApiRequest,
): Promise<void> {
  const chatId = asked(url, 'chat');
  const log = logTarget(streams, chatId);
  const { exists } = await headStream(log, { retry: RETRY });
  if (exists) directory.name(chatId);
  const text = exists
    ? 'Added.'
    : `There is no chat ${JSON.stringify(chatId)}.`;
  sendJson(response, { ok: exists, text });
}

/** Rows that leave in one event. */
const ROWS = 1_000;

function followFeed(
  { feeds }: InspectorStage,
  { request, response, url }: ApiRequest,
): void {
  const id = asked(url, 'feed');
  const feed = feeds.enter(id, asked(url, 'chat'));
  const events = openEvents(response, () => feeds.leave(id));
  const has = Number(request.headers['last-event-id'] ?? 0);
  feed.tell(
    {
      records({ rows, runs }) {
        for (let from = 0; from < rows.length || from === 0; from += ROWS) {
          const isLast = from + ROWS >= rows.length;
          const some = rows.slice(from, from + ROWS);
          const data = { rows: some, runs: isLast ? runs : [] };
          events.send('records', data, some.at(-1)?.number);
        }
      },
      connection: (event) => events.send('connection', event),
    },
    Number.isSafeInteger(has) ? has : 0,
  );
}

async function tellMoment(
  { feeds }: InspectorStage,
  { response, url }: ApiRequest,
): Promise<void> {
  const feed = feeds.get(asked(url, 'feed'));
  if (feed === undefined) return refuse(response, 404, 'No feed.');
  const moment = await feed.at(Number(asked(url, 'number')), await fold());
  sendJson(response, moment);
}

function steerLine(
  { feeds }: InspectorStage,
  { response, url }: ApiRequest,
): void {
  const line = feeds.get(asked(url, 'feed'))?.line;
  if (line === undefined) return refuse(response, 404, 'No feed.');
  if (url.searchParams.has('drop')) line.drop();
  else {
    const isOffline = url.searchParams.get('offline') === 'yes';
    const delayMs = Number(url.searchParams.get('delay')) || 0;
    line.steer({ isOffline, delayMs });
  }
  sendJson(response, line.state);
}

async function act(
  { streams }: InspectorStage,
  { response, url }: ApiRequest,
): Promise<void> {
  const deed = asked(url, 'deed');
  if (!isDeed(deed)) return refuse(response, 404, 'Not found.');
  const chatId = asked(url, 'chat');
  const runId = url.searchParams.get('run') ?? undefined;
  sendJson(response, await doDeed(streams, { deed, chatId, runId }));
}

let folding: Promise<FoldMessage> | undefined;
const fold = (): Promise<FoldMessage> => (folding ??= loadFold());

function asked(url: URL, name: string): string {
  const value = url.searchParams.get(name);
  if (value) return value;
  throw new TypeError(`The request lacks ${name}.`);
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, why: string): void {
  const type = 'text/plain; charset=utf-8';
  response.writeHead(status, { ...HEADERS, 'content-type': type }).end(why);
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};
