import { pulledBody, replayFrames } from '../../log/index.js';
import {
  decodeDirectRead,
  RUN_ID_HEADER,
  type DirectRead,
} from '../../protocol/index.js';
import { DirectRun, type DirectReader } from './direct-run.js';

/** As often as a server does it. */
const HEARTBEAT_MS = 10_000;

/**
 * The event stream that the server would have answered with, made here from
 * the log itself. It ends without `[DONE]`, as a connection that was cut, where
 * the server has to be asked again. Loaded only where a server sends readers
 * to the log.
 *
 * @throws TypeError where the answer is not what its type says; the signal's
 * reason
 */
export async function openDirectRead(
  answer: Response,
  reader: DirectReader,
): Promise<Response> {
  const read = decodeDirectRead(await answer.json());
  if (read === undefined) {
    throw new TypeError('The answer does not say where the log is.');
  }
  // Of a body that nobody is going to read a timer would be left.
  reader.signal.throwIfAborted();
  const run = new DirectRun(read, reader);
  const release = (): void => run.close();
  return new Response(pulledBody(framesOf(read, run), release), {
    headers: { [RUN_ID_HEADER]: encodeURIComponent(read.run.id) },
  });
}

async function* framesOf(
  { frames, delivered, offset }: DirectRead,
  run: DirectRun,
): AsyncGenerator<string, void, undefined> {
  if (frames !== '') yield frames;
  yield* replayFrames({
    source: run,
    release: () => run.close(),
    after: { delivered, offset },
    heartbeatMs: HEARTBEAT_MS,
  });
}
