import { isDeepStrictEqual } from 'node:util';
import type { UIMessage } from 'ai';
import {
  INTERRUPTED_CALL,
  type LogRecord,
  type RunRecord,
  type RunValue,
  type StreamChunk,
} from '../../src/protocol/index.js';
import { settleOpenCalls } from '../../src/protocol/settle-open-calls.js';
import { foldMessage } from '../protocol/fold-message.js';
import { plain } from '../support/chat-client.js';
import { saidBy } from './answer.js';
import type { History } from './history.js';
import { withStoredFiles } from './stored-files.js';
import { isRefusal, type Outcome, type Seen } from './play.js';

/** Not of the mark that a stop has left for a run that had not begun. */
const isOfRun = (record: LogRecord): record is RunRecord =>
  record.type === 'run' && record.value.attempt > 0;

/** What the log says of the one run of a history. */
interface Logged {
  /** Of its first terminal record: that one counts. */
  readonly value: RunValue;
  readonly chunks: readonly StreamChunk[];
}

/** What the model said, and whether that ended in an error. */
interface Spoken {
  readonly said: readonly StreamChunk[];
  readonly mayFail: boolean;
}

const isEnd = ({ value }: RunRecord): boolean => value.status !== 'active';

/** What is wrong about the outcome of a history; nothing, if all is well. */
export async function complaints(
  history: History,
  outcome: Outcome,
): Promise<string[]> {
  const logged = loggedRun(outcome.log);
  const said = chunksSaid(history, outcome, logged);
  if (logged === undefined) return withoutRun(history, outcome);
  const complete = await messageOf(logged.chunks, logged.value.status);
  const wrong = [
    ...wrongLog(outcome.log),
    ...wrongEnd(endsOf(history, outcome), logged),
    ...wrongChunks(logged, said),
  ];
  for (const reader of outcome.readers) {
    wrong.push(...wrongReader(reader, logged, complete));
  }
  if (outcome.poster !== undefined) {
    // The model's own error may reach it, whatever the log was told first.
    const mayFail = history.ending === 'error' || history.ending === 'throw';
    const spoken = { said, mayFail };
    wrong.push(...(await wrongPoster(outcome.poster, logged, spoken)));
  }
  return wrong;
}

function loggedRun(log: readonly LogRecord[]): Logged | undefined {
  const runs = log.filter(isOfRun);
  const end = runs.find(isEnd) ?? runs.at(-1);
  if (end === undefined) return undefined;
  const chunks = log.flatMap((record) =>
    record.type === 'chunk' ? record.value.chunks : [],
  );
  return { value: end.value, chunks };
}

/** Every chunk that was said, as it is to be in the log. */
function chunksSaid(
  history: History,
  { chatId }: Outcome,
  logged: Logged | undefined,
): StreamChunk[] {
  const messageId = logged?.value.messageId;
  const [start, ...rest] = saidBy(history).filter(
    ({ type }) => type !== 'error' && type !== 'abort',
  );
  if (start === undefined) return [];
  const chunks = [{ ...start, messageId: start['messageId'] ?? messageId }];
  return withStoredFiles(plain([...chunks, ...rest]), chatId);
}

/** Each record once and in order, of one run with one end. */
function wrongLog(log: readonly LogRecord[]): string[] {
  const wrong: string[] = [];
  const questions = log.filter(({ type }) => type === 'message').length;
  if (questions !== 1) wrong.push(`the question is there ${questions} times`);
  const runs = new Set(log.filter(isOfRun).map(({ key }) => key));
  if (runs.size !== 1) wrong.push(`${runs.size} runs answer one message`);
  let next = 0;
  let end: RunRecord | undefined;
  for (const record of log) {
    if (isOfRun(record)) {
      if (end !== undefined && !isLateSeal(record, end)) {
        const [late, first] = [record, end].map((it) =>
          JSON.stringify(it.value),
        );
        wrong.push(`${late} after ${first}`);
      }
      if (isEnd(record)) end ??= record;
    }
    if (record.type !== 'chunk') continue;
    const { seq, chunks } = record.value;
    if (end !== undefined) wrong.push(`chunk ${seq} after the end`);
    if (seq !== next) wrong.push(`chunk ${seq} in the place of ${next}`);
    next += chunks.length;
  }
  if (end === undefined) wrong.push('the run has no end');
  return wrong;
}

/**
 * Somebody else ended a run that came to its own end at the same moment: a seal
 * fences its writer off, but cannot tell that there is no writer any more.
 */
function isLateSeal({ value }: RunRecord, end: RunRecord): boolean {
  const isSeal = value.status === 'stopped' || value.status === 'interrupted';
  return isSeal && value.epoch > end.value.epoch;
}

/** Which ends a history may come to, beside the one of the answer itself. */
function endsOf(
  { ending, happenings, durability }: History,
  { asked }: Outcome,
): Set<string> {
  const own = { finish: 'done', error: 'failed', throw: 'failed' } as const;
  const ends = new Set<string>([ending === 'abort' ? 'stopped' : own[ending]]);
  const what = new Set(happenings.map(({ happening }) => happening.what));
  if (what.has('kill')) ends.add('interrupted');
  if (what.has('stop')) ends.add('stopped');
  // Refused, since the store did not say in time that the run is there.
  if (durability === 'required' && asked === 0) ends.add('interrupted');
  return ends;
}

function wrongEnd(ends: ReadonlySet<string>, { value }: Logged): string[] {
  return ends.has(value.status) ? [] : [`the run ended as ${value.status}`];
}

function wrongChunks(
  { value, chunks }: Logged,
  said: readonly StreamChunk[],
): string[] {
  const wrong: string[] = [];
  const [start] = chunks;
  if (start !== undefined && start['messageId'] !== value.messageId) {
    wrong.push(`the run of message ${value.messageId} names another one`);
  }
  if (value.status === 'done' && chunks.length !== said.length) {
    wrong.push(`${chunks.length} of ${said.length} chunks in the log`);
  }
  chunks.forEach((chunk, index) => {
    if (isDeepStrictEqual(chunk, said[index])) return;
    wrong.push(`chunk ${index} in the log is ${JSON.stringify(chunk)}`);
  });
  return wrong;
}

/** The message that these chunks of a run make for everybody. */
function messageOf(
  chunks: readonly StreamChunk[],
  status: RunValue['status'],
): Promise<UIMessage> {
  return foldMessage([...chunks, ...settling(chunks, status)]);
}

const settling = (
  chunks: readonly StreamChunk[],
  status: RunValue['status'],
): StreamChunk[] =>
  status === 'done' ? [] : settleOpenCalls(undefined, chunks, INTERRUPTED_CALL);

/** As they are shown: a step that began last is not, nor a message of nothing. */
function answersShown(messages: readonly UIMessage[]): UIMessage[] {
  return messages
    .filter(({ role }) => role === 'assistant')
    .map((message) => ({ ...message, parts: withoutLastStep(message.parts) }))
    .filter(({ parts }) => parts.length > 0);
}

function withoutLastStep(parts: UIMessage['parts']): UIMessage['parts'] {
  const last = parts.findLastIndex(({ type }) => type !== 'step-start');
  return parts.slice(0, last + 1);
}

function wrongMessages(seen: Seen, expected: UIMessage): string[] {
  const shown = answersShown(seen.messages);
  const wanted = answersShown([expected]);
  if (isDeepStrictEqual(shown, wanted)) return [];
  return [
    `${seen.who} shows ${JSON.stringify(shown)} for ${JSON.stringify(wanted)}`,
  ];
}

const isFailure = ({ status }: Pick<RunValue, 'status'>): boolean =>
  status === 'failed' || status === 'interrupted';

function wrongStatus(
  { who, statuses, errors }: Seen,
  mayFail: boolean,
): string[] {
  const last = statuses.at(-1);
  if (last === 'error' && !mayFail) {
    return [`${who} ends with the error ${errors.map(String).join()}`];
  }
  if (last !== 'ready' && last !== 'error') return [`${who} is ${last}`];
  return [];
}

function wrongReader(
  seen: Seen,
  { value }: Logged,
  complete: UIMessage,
): string[] {
  // Who came before the run has nothing to be told of.
  if (!seen.wasLogged && answersShown(seen.messages).length === 0) return [];
  return [
    ...wrongMessages(seen, complete),
    ...wrongStatus(seen, isFailure(value)),
  ];
}

/** Who reads live may have had more than the log, where the end came early. */
async function wrongPoster(
  poster: Seen,
  { value, chunks }: Logged,
  { said, mayFail }: Spoken,
): Promise<string[]> {
  if (poster.errors.some(isRefusal)) return [];
  const { status } = value;
  const first = wrongMessages(poster, await messageOf(chunks, status));
  const wrong = wrongStatus(poster, mayFail || isFailure(value));
  if (first.length === 0 || status === 'done') return [...first, ...wrong];
  for (let count = chunks.length; count <= said.length; count += 1) {
    const had = said.slice(0, count);
    // Settled by its server, by who read the log, or said to its end.
    const ends = [settling(had, status), settling(chunks, status), []];
    for (const end of ends) {
      // Of an end for fewer chunks, more need not make a message.
      const message = await foldMessage([...had, ...end]).catch(noMessage);
      if (message === undefined) continue;
      if (wrongMessages(poster, message).length === 0) return wrong;
    }
  }
  return [...first, ...wrong];
}

const noMessage = (): undefined => undefined;

/** Where its app server died, or it was stopped, a run may leave nothing. */
function withoutRun(
  { happenings }: History,
  { log, asked }: Outcome,
): string[] {
  const isExcused = happenings.some(
    ({ happening: { what } }) => what === 'kill' || what === 'stop',
  );
  if (isExcused || asked === 0) return [];
  return [`there is no run in the log: ${JSON.stringify(log)}`];
}
