import { DurableChatError, type AnswerValue } from '../protocol/index.js';

/**
 * The answer that counts, where `answerTool` or `answerApproval` was refused for
 * somebody else had answered first; `undefined` for any other error.
 */
export function conflictingAnswer(error: unknown): AnswerValue | undefined {
  const isConflict =
    error instanceof DurableChatError && error.code === 'answer-conflict';
  if (!isConflict) return undefined;
  // CAST: our own server's problem document of this code has it.
  return (error.cause as { answer?: AnswerValue } | undefined)?.answer;
}
