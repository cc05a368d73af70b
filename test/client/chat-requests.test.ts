import {
  DefaultChatTransport,
  type ChatTransport,
  type HttpChatTransportInitOptions,
  type UIMessage,
} from 'ai';
import { DurableTransport } from 'ai-durable-transport';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIRECT_READ_TYPE } from '../../src/protocol/index.js';

type Options = HttpChatTransportInitOptions<UIMessage>;
type Send = Parameters<ChatTransport<UIMessage>['sendMessages']>[0];
type Reconnect = Parameters<ChatTransport<UIMessage>['reconnectToStream']>[0];

/** A request as a `fetch` saw it, without what only ours has. */
interface Recorded {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Record<string, string>;
  readonly credentials: RequestCredentials | undefined;
  readonly body: unknown;
}

const OWN_HEADERS = ['idempotency-key', 'durable-attempt'];

function recorder(answer: () => Response) {
  const requests: Recorded[] = [];
  const fetch = (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const { method, headers, credentials, body } = init;
    const entries = [...new Headers(headers)].filter(
      ([name, value]) =>
        !OWN_HEADERS.includes(name) && !value.includes(DIRECT_READ_TYPE),
    );
    requests.push({
      url: String(url),
      method,
      headers: Object.fromEntries(entries),
      credentials,
      body: typeof body === 'string' ? JSON.parse(body) : body,
    });
    return Promise.resolve(answer());
  };
  return { requests, fetch };
}

const done = (): Response => new Response('data: [DONE]\n\n');
const nothing = (): Response => new Response(null, { status: 204 });

/** The same call of both transports, and what it came to. */
async function sideBySide(
  options: (asked: unknown[]) => Options,
  answer: () => Response,
  call: (transport: ChatTransport<UIMessage>) => Promise<unknown>,
) {
  const play = async (
    make: (given: Options) => ChatTransport<UIMessage>,
  ): Promise<{ requests: Recorded[]; asked: unknown[] }> => {
    const { requests, fetch } = recorder(answer);
    const asked: unknown[] = [];
    await call(make({ ...options(asked), fetch }));
    return { requests, asked };
  };
  return {
    theirs: await play((given) => new DefaultChatTransport(given)),
    ours: await play((given) => new DurableTransport(given)),
  };
}

const messages: UIMessage[] = [
  { id: 'q1', role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
];
const sendCall: Send = {
  trigger: 'submit-message',
  chatId: 'a chat/with?odd#id',
  messageId: undefined,
  messages,
  abortSignal: undefined,
};

/** A value, a promise, or a function of either: the AI SDK resolves them all. */
const resolvable = <T>(values: fc.Arbitrary<T>) =>
  fc
    .tuple(values, fc.nat(3))
    .map(
      ([value, how]) =>
        [value, Promise.resolve(value), () => value, async () => value][how],
    );

const option = <T>(values: fc.Arbitrary<T>) =>
  fc.option(values, { nil: undefined });

const headerRecords = fc.constantFrom(
  {},
  { Authorization: 'one' },
  { authorization: 'two', 'X-Own': 'x' },
  { 'Content-Type': 'application/vnd.own+json' },
  // What `token && …` leaves behind.
  { authorization: undefined, 'x-empty': '' },
);
const headers = fc.oneof(
  headerRecords,
  fc.constant(new Headers({ Authorization: 'three', 'x-more': 'y' })),
);
const bodies = fc.constantFrom(
  {},
  { a: 1 },
  { id: 'forged', messages: [], trigger: 'other' },
  { b: { c: [2] } },
);
const credentials = fc.constantFrom('include', 'omit', 'same-origin');
const apis = fc.constantFrom(
  '/api/chat',
  '/api/chat/',
  '/api/chat?tenant=1',
  '/api/chat/?tenant=a/b',
  '/api/chat#part?x',
  'https://chat.example.test/v1?x=1&y=2',
  '?x',
  '',
);

const prepared = fc.record(
  {
    api: apis,
    headers,
    credentials,
  },
  { requiredKeys: [] },
);
const preparedSend = fc
  .tuple(prepared, option(bodies))
  .map(([rest, body]) => ({ ...rest, ...(body && { body }) }));

const arbitraryOptions = fc.record(
  {
    api: apis,
    headers: resolvable(headers),
    body: resolvable(bodies),
    credentials: resolvable(credentials),
  },
  { requiredKeys: [] },
);
const arbitraryCall = fc.record(
  {
    headers,
    body: bodies,
    metadata: fc.constantFrom('about', { user: 1 }),
    messageId: fc.constant('m1'),
    trigger: fc.constantFrom('submit-message', 'regenerate-message'),
  },
  { requiredKeys: [] },
);

/** A `prepare…` function that keeps what it is told. Or none. */
const preparing = <T>(answers: fc.Arbitrary<T>) =>
  option(
    fc
      .tuple(answers, fc.boolean())
      .map(
        ([answer, isAsync]) =>
          (asked: unknown[]) =>
          (told: unknown): T | Promise<T> => {
            asked.push(told);
            return isAsync ? Promise.resolve(answer) : answer;
          },
      ),
  );

describe('the requests of DurableTransport are those of the AI SDK', () => {
  it('for a message, whatever the options and the call say', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryOptions,
        arbitraryCall,
        preparing(preparedSend),
        async (options, call, prepare) => {
          const given = { ...sendCall, ...call };
          const { theirs, ours } = await sideBySide(
            (asked) =>
              // CAST: the AI SDK's types leave out what apps do pass.
              ({
                ...options,
                ...(prepare && { prepareSendMessagesRequest: prepare(asked) }),
              }) as Options,
            done,
            // CAST: as above.
            (transport) => transport.sendMessages(given as Send),
          );
          expect(ours).toEqual(theirs);
          expect(ours.requests).toHaveLength(1);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('for a reconnect, whatever the options and the call say', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryOptions,
        arbitraryCall,
        preparing(prepared),
        async (options, call, prepare) => {
          const given = { chatId: sendCall.chatId, ...call };
          const { theirs, ours } = await sideBySide(
            (asked) =>
              // CAST: the AI SDK's types leave out what apps do pass.
              ({
                ...options,
                ...(prepare && {
                  prepareReconnectToStreamRequest: prepare(asked),
                }),
              }) as Options,
            nothing,
            // CAST: as above.
            (transport) => transport.reconnectToStream(given as Reconnect),
          );
          expect(ours).toEqual(theirs);
          expect(ours.requests).toHaveLength(1);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('by a global fetch that is looked up when it is called', async () => {
    const { requests, fetch } = recorder(nothing);
    const transport = new DurableTransport({ api: '/api/chat' });
    const before = globalThis.fetch;
    globalThis.fetch = fetch;
    await transport
      .reconnectToStream({ chatId: 'c' })
      .finally(() => (globalThis.fetch = before));
    expect(requests).toHaveLength(1);
  });

  it.each(['.', '..'])('and for the chat id %j there is none', async (id) => {
    const { requests, fetch } = recorder(nothing);
    const transport = new DurableTransport({ api: '/api/chat', fetch });
    const error = { code: 'invalid-chat-id' };
    await expect(
      transport.reconnectToStream({ chatId: id }),
    ).rejects.toMatchObject(error);
    await expect(transport.load({ chatId: id })).rejects.toMatchObject(error);
    await expect(transport.stop({ chatId: id })).rejects.toMatchObject(error);
    expect(requests).toEqual([]);
  });
});
