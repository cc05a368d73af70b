import { cutText } from './cut-text.js';
import { fileData } from './file-data.js';
import { finishPart } from './finish-part.js';
import type {
  CallScript,
  ModelAction,
  ModelStreamPart,
} from './model-script.js';
import { yieldTurn } from './yield-turn.js';

/** What a call needs to play its script. */
export interface CallStage {
  /** From 0: which call of the model it is. */
  readonly index: number;
  readonly modelId: string;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

type Parts = AsyncGenerator<ModelStreamPart, void>;
type ActionOf<T extends ModelAction['type']> = Extract<
  ModelAction,
  { type: T }
>;

/**
 * All that the model sends in one call. Throws where the script says so, and
 * the signal's reason while it waits when that aborts.
 */
export async function* playCall(script: CallScript, stage: CallStage): Parts {
  yield { type: 'stream-start', warnings: [] };
  yield {
    type: 'response-metadata',
    id: `response-${stage.index}`,
    modelId: stage.modelId,
    timestamp: new Date(0),
  };
  for (const [position, action] of script.entries()) {
    yield* playAction(action, `${stage.index}-${position}`, stage);
    if (endsCall(action)) return;
  }
  yield finishPart({
    reason: script.some(leavesCallOpen) ? 'tool-calls' : 'stop',
  });
}

const endsCall = ({ type }: ModelAction): boolean =>
  type === 'finish' || type === 'error';

const leavesCallOpen = (action: ModelAction): boolean =>
  action.type === 'tool-call' && action.result === undefined;

async function* playAction(
  action: ModelAction,
  id: string,
  stage: CallStage,
): Parts {
  switch (action.type) {
    case 'text':
    case 'reasoning':
      yield* playText(action, id, stage);
      break;
    case 'tool-call':
      yield* playToolCall(action, id, stage);
      break;
    case 'source': {
      const title = action.title === undefined ? {} : { title: action.title };
      const source = { id: `source-${id}`, url: action.url, ...title };
      yield { type: 'source', sourceType: 'url', ...source };
      break;
    }
    case 'file':
      yield { ...action, data: await fileData(action.data) };
      break;
    case 'wait':
      await wait(action, stage);
      break;
    case 'error':
      if (action.how === 'throw') throw action.error;
      yield { type: 'error', error: action.error };
      yield finishPart({ reason: 'error' });
      break;
    case 'part':
      yield action.part;
      break;
    case 'finish':
      yield finishPart(action);
  }
}

async function* playText(
  action: ActionOf<'text' | 'reasoning'>,
  position: string,
  stage: CallStage,
): Parts {
  const { type, text, pieces, delayMs = 0 } = action;
  const id = `${type}-${position}`;
  yield { type: `${type}-start`, id };
  for (const delta of typeof text === 'string' ? cutText(text, pieces) : text) {
    await pace(delayMs, stage);
    yield { type: `${type}-delta`, id, delta };
  }
  yield { type: `${type}-end`, id };
}

async function* playToolCall(
  action: ActionOf<'tool-call'>,
  position: string,
  stage: CallStage,
): Parts {
  const { toolName, pieces = 2, delayMs = 0, result } = action;
  const toolCallId = action.toolCallId ?? `call-${position}`;
  const input = JSON.stringify(action.input ?? {});
  const traits = {
    ...(action.dynamic === undefined ? {} : { dynamic: action.dynamic }),
    ...(result === undefined ? {} : { providerExecuted: true }),
  };
  yield { type: 'tool-input-start', id: toolCallId, toolName, ...traits };
  for (const delta of cutText(input, pieces)) {
    await pace(delayMs, stage);
    yield { type: 'tool-input-delta', id: toolCallId, delta };
  }
  yield { type: 'tool-input-end', id: toolCallId };
  yield { type: 'tool-call', toolCallId, toolName, input, ...traits };
  if (result === undefined) return;
  yield { type: 'tool-result', toolCallId, toolName, result };
}

function wait(
  action: ActionOf<'wait'>,
  { sleep, signal }: CallStage,
): Promise<unknown> {
  if ('ms' in action) return sleep(action.ms, signal);
  const { until } = action;
  return untilAborted(typeof until === 'function' ? until() : until, signal);
}

function untilAborted(
  promise: Promise<unknown>,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    const leave = (): void => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(leave);
  });
}

/** Without a delay a piece still comes in a turn of its own, as if read. */
function pace(delayMs: number, { sleep, signal }: CallStage): Promise<void> {
  return delayMs > 0 ? sleep(delayMs, signal) : yieldTurn();
}
