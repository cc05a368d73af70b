import type { UIMessage } from 'ai';
import { appendPlain, createStream, logTarget } from '../../src/log/index.js';
import {
  agentRecord,
  messageRecord,
  runRecord,
  type RunValue,
} from '../../src/protocol/index.js';
import { ANSWER, chunkRecords, questionOf, runOf } from './long-chat.js';

export interface LongSessionOptions {
  readonly turns: number;
  readonly tokens: number;
  readonly agents: readonly string[];
}

/**
 * Leaves a session of many turns on the streams server, each answered by all
 * agents: a log of all tokens, without a history.
 *
 * @returns its messages
 */
export async function leaveLongSession(
  streams: { readonly url: string },
  chatId: string,
  { turns, tokens, agents }: LongSessionOptions,
): Promise<UIMessage[]> {
  const target = logTarget(streams, chatId);
  const known = agents.map((id) =>
    agentRecord({ id, name: id, triggers: 'user-messages' }),
  );
  await createStream(target, { body: JSON.stringify(known) });
  const messages: UIMessage[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const parentId = messages.at(-1)?.id ?? null;
    const { id, role, parts, ...rest } = questionOf(turn);
    const question = { id, role, parts };
    messages.push(question);
    const records = [
      JSON.stringify(messageRecord({ ...question, ...rest, parentId })),
    ];
    for (const agentId of agents) {
      const run = answerTo(id, agentId, turn);
      records.push(
        JSON.stringify(runRecord({ ...run, status: 'active' })),
        ...chunkRecords(run, tokens),
        JSON.stringify(runRecord(run)),
      );
      messages.push({
        id: run.messageId,
        role: 'assistant',
        parts: [{ type: 'text', text: ANSWER, state: 'done' }],
      });
    }
    await appendPlain(target, { body: `[${records.join()}]` });
  }
  return messages;
}

function answerTo(parentId: string, agentId: string, turn: number): RunValue {
  return {
    ...runOf(turn),
    id: `${agentId}~${parentId}`,
    messageId: `${agentId} ${turn}`,
    parentId,
    agentId,
    triggerId: parentId,
  };
}
