import {
  appendPlain,
  createStream,
  loadChatState,
  sealRun,
  sleep,
} from '../log/index.js';
import { runRecord, type RunState } from '../protocol/index.js';
import type { ChatContext } from './chat-context.js';
import type { Run } from './run.js';
import { settledWithin } from './settled-within.js';
import { writeHistory } from './write-history.js';

/** Which run a stop means: the active one, unless it says more. */
export interface StopOptions {
  readonly runId?: string | undefined;
  /** The `Idempotency-Key` of the POST whose run is meant. */
  readonly idempotencyKey?: string | undefined;
}

/** A stop answers promptly, whatever the store does. */
const PATIENCE_MS = 2_000;

/**
 * When to look for a run that was stopped before it began, and may have read
 * the log before the tombstone came.
 */
const OVERTAKEN_LOOKS_MS = [50, 100, 200, 400, 800, 1_600, 3_200];

/** Ends a chat's active run, wherever it runs. */
export async function stopRun(
  context: ChatContext,
  chatId: string,
  options: StopOptions,
): Promise<{ stopped: boolean }> {
  if (await stopHere(context, chatId, options)) return { stopped: true };
  if (await sealMeant(context, chatId, options)) return { stopped: true };
  const { idempotencyKey } = options;
  if (idempotencyKey === undefined) return { stopped: false };
  const known = await runOfKey(context, chatId, idempotencyKey);
  // One that has ended cannot be stopped; one that was stopped, is.
  if (known !== undefined && known.status !== 'active') {
    return { stopped: known.value.attempt === 0 };
  }
  await leaveTombstone(context, chatId, idempotencyKey);
  context.background(sealOvertaken(context, chatId, options), chatId);
  return { stopped: true };
}

/** The run of this instance; one that has ended is let come to its end. */
async function stopHere(
  context: ChatContext,
  chatId: string,
  options: StopOptions,
): Promise<boolean> {
  const run = context.runs
    .ofChat(chatId)
    .findLast((local) => isMeant(options, local));
  if (run === undefined) return false;
  const wasActive = run.isActive;
  await settledWithin(run.stop(), PATIENCE_MS);
  return wasActive;
}

async function runOfKey(
  context: ChatContext,
  chatId: string,
  idempotencyKey: string,
): Promise<RunState | undefined> {
  const { state } = await loadChatState(context, chatId);
  return [...state.runs.values()].find(
    ({ value }) => value.idempotencyKey === idempotencyKey,
  );
}

function isMeant(
  { runId, idempotencyKey }: StopOptions,
  run: Pick<Run, 'id' | 'idempotencyKey'>,
): boolean {
  if (runId !== undefined) return run.id === runId;
  if (idempotencyKey !== undefined)
    return run.idempotencyKey === idempotencyKey;
  return true;
}

async function sealMeant(
  context: ChatContext,
  chatId: string,
  options: StopOptions,
): Promise<boolean> {
  const means = ({ value }: RunState): boolean =>
    isMeant(options, {
      id: value.id,
      idempotencyKey: value.idempotencyKey,
    });
  const seal = { chatId, status: 'stopped', isMeant: means } as const;
  const sealed = await sealRun(context, seal);
  if (sealed === undefined) return false;
  const { id: runId } = sealed;
  context.tell?.({ type: 'run-sealed', chatId, runId, reason: 'stop' });
  context.background(writeHistory(context, chatId), chatId);
  return true;
}

/**
 * The stop came before its run: a run record that says so, so that the POST
 * finds itself stopped when it arrives, on whatever instance.
 */
async function leaveTombstone(
  context: ChatContext,
  chatId: string,
  idempotencyKey: string,
): Promise<void> {
  const record = runRecord({
    id: context.options.generateId(),
    messageId: '',
    parentId: null,
    agentId: 'assistant',
    epoch: 0,
    attempt: 0,
    status: 'stopped',
    at: context.now(),
    leaseMs: 0,
    idempotencyKey,
  });
  const target = context.logOf(chatId);
  const body = JSON.stringify([record]);
  const retry = context.requestRetry;
  const outcome = await appendPlain(target, { body, retry });
  if (outcome === 'accepted') return;
  const created = await createStream(target, { body, retry });
  if (created.kind === 'existed') await appendPlain(target, { body, retry });
}

async function sealOvertaken(
  context: ChatContext,
  chatId: string,
  options: StopOptions,
): Promise<void> {
  for (const delayMs of OVERTAKEN_LOOKS_MS) {
    await sleep(delayMs);
    if (await sealMeant(context, chatId, options)) return;
  }
}
