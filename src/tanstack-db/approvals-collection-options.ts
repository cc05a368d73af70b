import type { UIMessage } from 'ai';
import type { ApprovalRequest, DurableSession } from '../session/index.js';
import type {
  CollectionSettings,
  SessionCollectionConfig,
} from './collection-settings.js';
import { shown } from './shown.js';
import { syncRows } from './sync-rows.js';

/** A tool call that waits for somebody's yes or no. */
export interface ApprovalRow extends ApprovalRequest {
  /** Set it to answer. */
  readonly approved?: boolean | undefined;
  /** Why, for the agent to read: set it with `approved`. */
  readonly reason?: string | undefined;
}

export interface ApprovalsCollectionOptions extends CollectionSettings<ApprovalRow> {
  /** A `DurableSession`: connected for as long as one of its collections syncs. */
  readonly session: Pick<
    DurableSession,
    'getSnapshot' | 'subscribe' | 'answerApproval'
  >;
}

/**
 * Options for `createCollection`: the open requests of all messages, by id.
 *
 * `update(id, (draft) => { draft.approved = true; })` answers one. It shows at
 * once, and the row leaves when the log has it. Where somebody else was first,
 * it is rolled back, and the transaction fails with `answer-conflict`: then
 * `conflictingAnswer` of `ai-durable-transport/session` has what counts.
 */
export function approvalsCollectionOptions({
  session,
  ...settings
}: ApprovalsCollectionOptions): SessionCollectionConfig<ApprovalRow> {
  const getKey = ({ id }: ApprovalRow): string => id;
  const answer = async (row: ApprovalRow): Promise<void> => {
    const { id, approved, reason } = row;
    if (approved === undefined) return;
    await session.answerApproval({ id, approved, reason });
    await shown(session, ({ approvals }) =>
      approvals.every((open) => open.id !== id),
    );
  };
  return {
    ...settings,
    getKey,
    sync: syncRows<ApprovalRow, UIMessage>({
      session,
      reader: () => (snapshot) => snapshot.approvals,
      getKey,
    }),
    onUpdate: async ({ transaction: { mutations } }) => {
      await Promise.all(mutations.map(({ modified }) => answer(modified)));
    },
  };
}
