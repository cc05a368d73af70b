import { appendPlain, createStream, sealRun } from '../log/index.js';
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

/** For how long a run may still appear that was stopped before it began. */
const OVERTAKEN_MS = 5_000;
const OVERTAKEN_POLL_MS = 250;

/** Ends a chat's active run, wherever it runs. */
export async function stopRun(
  context: ChatContext,
  chatId: string,
  options: StopOptions,
): Promise<{ stopped: boolean }> {
  const local = context.runs
    .ofChat(chatId)
    .findLast((run) => run.isActive && isMeant(options, run));
  if (local !== undefined) {
    await settledWithin(local.stop(), PATIENCE_MS);
    return { stopped: true };
  }
  if (await sealMeant(context, chatId, options)) return { stopped: true };
  if (options.idempotencyKey === undefined) return { stopped: false };
  await leaveTombstone(context, chatId, options.idempotencyKey);
  context.background(sealOvertaken(context, chatId, options), chatId);
  return { stopped: true };
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

/** The run may have read the log before the tombstone came: watch for it. */
async function sealOvertaken(
  context: ChatContext,
  chatId: string,
  options: StopOptions,
): Promise<void> {
  const end = context.now() + OVERTAKEN_MS;
  while (context.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, OVERTAKEN_POLL_MS));
    if (await sealMeant(context, chatId, options)) return;
  }
}
