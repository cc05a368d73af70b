import type { UIMessage } from 'ai';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionState } from '../../src/session/session-state.js';
import { arbitraryAnswer } from '../protocol/arbitrary-answer.js';
import { overTheWire } from '../protocol/fold-message.js';
import { runs } from '../protocol/runs.js';
import { actions, GrowingLog, step, withoutEmptyStep } from './growing-log.js';

const shownBy = ({ snapshot }: SessionState): UIMessage[] =>
  overTheWire([...snapshot.messages]).map(withoutEmptyStep);

describe('SessionState, whatever the log holds,', () => {
  it('has the list, and each message as layer 1 reads it, at every record', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.array(arbitraryAnswer(40), { minLength: 2, maxLength: 4 }),
        async (steps, answers) => {
          const log = new GrowingLog(answers);
          const session = new SessionState();
          for (const one of steps) {
            const from = log.records.length;
            await actions[one.action]?.(log, one);
            for (const record of log.records.slice(from)) session.apply(record);
            expect(shownBy(session)).toEqual(await log.messages());
            const active = [...log.state.runs.values()]
              .filter(({ status }) => status === 'active')
              .map(({ value }) => [value.id, value.messageId, value.agentId]);
            expect(
              session.snapshot.runs.map((run) => [
                run.id,
                run.messageId,
                run.agentId,
              ]),
            ).toEqual(active);
          }
          expect(session.skipped).toBe(log.state.skipped);
        },
      ),
      runs(60),
    );
  });
});
