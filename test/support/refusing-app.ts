import {
  scriptedModel,
  scriptedText,
  startStreams,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { startChatApp, type ChatApp } from './chat-app.js';
import { openTab, textOf } from './chat-client.js';
import { rawRequest, type RawAnswer, type RawRequest } from './raw-request.js';
import { sequence } from './sequence.js';

/** A request that is to be refused, and the code that says why. */
export type BadRequest = RawRequest & { readonly code?: string };

/** An app that is sent nothing but nonsense. */
export interface RefusingApp extends AsyncDisposable {
  readonly app: ChatApp;
  readonly streams: TestStreams;
  /**
   * Sends the requests, and says what is wrong about the answers. Nothing is,
   * where each is a problem document of ours with a 4xx status that tells
   * nothing of the machine, and neither the streams server nor the model heard
   * of it.
   */
  wrongAnswers(requests: readonly BadRequest[]): Promise<string[]>;
  /**
   * Sends one request that may be right by chance, and says what is wrong about
   * the answer: a 4xx must be as above, and have written nothing; everything
   * else is a 2xx.
   */
  faultsOfChance(request: RawRequest): Promise<string[]>;
  /** Throws where the app does not answer an honest message any more. */
  checkAlive(): Promise<void>;
}

export async function openRefusingApp(): Promise<RefusingApp> {
  const streams = await startStreams();
  const stored: Promise<unknown>[] = [];
  const reported: unknown[] = [];
  const model = scriptedModel(() => scriptedText('All is well.'));
  const app = await startChatApp({
    streams: { url: streams.url, headers: { authorization: TOKEN } },
    model,
    waitUntil: (promise) => void stored.push(promise),
    // What a model makes of a strange prompt is between the two of them.
    onError: (error, { source }) =>
      source === 'model' ? undefined : void reported.push(error),
  });
  const nextChat = sequence('honest');
  const touched = (): number => streams.requests.length + model.calls.length;
  return {
    app,
    streams,
    async wrongAnswers(requests) {
      const before = touched();
      const wrong: string[] = [];
      for (const request of requests) {
        const answer = await rawRequest(app.url, request);
        wrong.push(...faultsOf(answer, request, streams.url));
      }
      if (touched() !== before) wrong.push('something was read or written');
      return [...wrong, ...reported.map(String)];
    },
    async faultsOfChance(request) {
      const before = writesOf(streams);
      const answer = await rawRequest(app.url, request);
      const { status, body } = answer;
      if (status < 300 && status >= 200) {
        await Promise.all(stored);
        return tells(body, streams.url) ? [`it tells: ${body}`] : [];
      }
      const isEmpty = request.method === 'HEAD';
      const wrong = isEmpty ? [] : faultsOf(answer, request, streams.url);
      if (status < 400 || status > 499) wrong.push(`status ${status}`);
      if (writesOf(streams) !== before) wrong.push('something was written');
      return [...wrong, ...reported.splice(0).map(String)];
    },
    async checkAlive() {
      const { chat } = openTab(app.api, { id: nextChat() });
      await chat.sendMessage({ text: 'Are you there?' });
      const said = textOf(chat.messages[1]);
      if (said !== 'All is well.') throw new Error(`The app said "${said}".`);
      await Promise.all(stored);
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await streams.stop();
    },
  };
}

/** Of the app, for its streams server. */
const TOKEN = 'Bearer not-for-your-eyes';

function writesOf(streams: TestStreams): number {
  return streams.count(({ method }) => method !== 'GET' && method !== 'HEAD');
}

function tells(body: string, secret: string): boolean {
  const secrets = [new URL(secret).host, TOKEN];
  return TELLTALES.test(body) || secrets.some((one) => body.includes(one));
}

const TELLTALES = /node_modules|\.[jt]s\b|at \w+ \(|ECONN/;

/** What is wrong about an answer that should be a refusal. */
export function faultsOf(
  { status, headers, body }: RawAnswer,
  { method = 'GET', path, body: sent = '', code }: BadRequest,
  secret: string,
): string[] {
  const problem = parsed(body);
  const isWhole = ['type', 'title', 'status', 'code', 'detail'].every(
    (field) => field in problem,
  );
  const given = String(problem['code']);
  const checks = {
    [`status ${status}`]: status >= 400 && status < 500,
    [`status ${status}, but ${String(problem['status'])} in the body`]:
      status === problem['status'],
    'no problem document':
      headers.get('content-type') === 'application/problem+json',
    'it may be cached': headers.get('cache-control') === 'no-store',
    [`not all fields: ${body}`]: isWhole,
    [`code ${given}`]: code === undefined || given === code,
    [`type ${String(problem['type'])}`]:
      problem['type'] === `urn:ai-durable-transport:error:${given}`,
    [`it tells: ${body}`]: !tells(body, secret),
  };
  const name = `${method} ${path} ${sent}`.slice(0, 120);
  return Object.entries(checks)
    .filter(([, isRight]) => !isRight)
    .map(([fault]) => `${name}: ${fault}`);
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
