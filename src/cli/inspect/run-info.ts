import type { RunInfo } from '../../inspector/index.js';
import { deadline, type RunState } from '../../protocol/index.js';

export function runInfo(run: RunState): RunInfo {
  const { id, agentId, messageId, epoch, attempt, leaseMs, at, error } =
    run.value;
  return {
    id,
    agentId,
    messageId,
    status: run.status,
    epoch,
    attempt,
    leaseMs,
    at,
    begunAt: run.begunAt,
    deadline: deadline(run.value),
    chunks: run.firstSeq + run.chunks.length,
    error,
  };
}
