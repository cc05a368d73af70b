import {
  nextFrames,
  pulledBody,
  type Delivered,
  type RunSource,
} from '../log/index.js';
import {
  DIRECT_READ_TYPE,
  type DirectRead,
  type RunState,
} from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import { isolatesRequests } from './isolates-requests.js';
import type { Actor } from './options.js';

const DEFAULT_TTL_MS = 300_000;
const LINGER_MS = 2_000;

/** Who asks for a running answer. */
export interface DirectReader {
  readonly chatId: string;
  readonly request: Request;
  readonly actor: Actor;
}

export interface DirectlyAsked {
  readonly context: ChatContext;
  /** `undefined` for one that can only be served here. */
  readonly reader?: DirectReader | undefined;
}

/**
 * Sends a reader that can go there to the log itself, with what there is so
 * far. `undefined` where it is to be served here: it cannot, or may not, or the
 * run is over, or silent for so long that only a follower finds out.
 */
export async function answerDirectly(
  { context, reader }: DirectlyAsked,
  source: RunSource,
  after: Delivered | undefined,
): Promise<Response | undefined> {
  const { directReads } = context.options;
  if (directReads === undefined || reader === undefined) return undefined;
  if (!acceptsDirect(reader.request)) return undefined;
  const expiresInMs = directReads.ttlMs ?? DEFAULT_TTL_MS;
  const url = await signedUrl(context, reader, expiresInMs);
  const { run, offset: to } = source;
  if (url === undefined || !isSpeaking(run, context.now())) return undefined;
  const { frames, ...place } = nextFrames(run, to, after);
  const rest = { url, expiresInMs, run: run.value, ...place };
  return new Response(pulledBody(piecesOf(rest, asJson(run, frames))), {
    headers: {
      'content-type': DIRECT_READ_TYPE,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** Who comes soon after one that reads elsewhere shares its follower. */
export function releaseLater(release: () => void): void {
  if (isolatesRequests()) release();
  else setTimeout(release, LINGER_MS);
}

const acceptsDirect = ({ headers }: Request): boolean =>
  headers.get('accept')?.includes(DIRECT_READ_TYPE) === true;

/** Whether it goes on, and its writer was heard within its lease. */
function isSpeaking(run: RunState | undefined, now: number): run is RunState {
  if (run?.status !== 'active') return false;
  return now <= run.value.at + run.value.leaseMs;
}

async function signedUrl(
  context: ChatContext,
  { chatId, request, actor }: DirectReader,
  ttlMs: number,
): Promise<string | undefined> {
  const { url } = context.logOf(chatId);
  const expiresAt = context.now() + ttlMs;
  const asked = { chatId, url, expiresAt, actor, request };
  try {
    return await context.options.directReads?.signUrl(asked);
  } catch (error) {
    context.report(error, { chatId, source: 'app' });
    return undefined;
  }
}

/** In pieces: of what many readers are given there is one text. */
async function* piecesOf(
  rest: Omit<DirectRead, 'frames'>,
  frames: string,
): AsyncGenerator<string, void, undefined> {
  yield `${JSON.stringify(rest).slice(0, -1)},"frames":`;
  yield frames;
  yield '}';
}

/** By run, what was made last: most who come are given the same. */
const shared = new WeakMap<
  RunState,
  { readonly frames: string; readonly json: string }
>();

function asJson(run: RunState, frames: string): string {
  const known = shared.get(run);
  if (known?.frames === frames) return known.json;
  const json = JSON.stringify(frames);
  shared.set(run, { frames, json });
  return json;
}
