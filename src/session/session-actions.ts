import type { AnswerValue } from '../protocol/index.js';
import type {
  SessionRequestOptions,
  SessionRequests,
} from './session-requests.js';

/** What a tool that runs on the page has come to. */
export type ToolAnswer = { readonly toolCallId: string } & (
  | { readonly output: unknown; readonly errorText?: undefined }
  | { readonly errorText: string }
);

export interface ApprovalAnswer {
  /** The approval's id, as `approvals` of the snapshot has it. */
  readonly id: string;
  readonly approved: boolean;
  readonly reason?: string | undefined;
}

/** A record of one of the app's own types. */
export interface AppRecordKey {
  readonly type: string;
  readonly key: string;
}

/** A lost answer of the server is no reason to bother anybody. */
const TRIES = 4;

/** What a participant does in a session but talk. Each is done once. */
export class SessionActions {
  readonly #requests: SessionRequests;

  constructor(requests: SessionRequests) {
    this.#requests = requests;
  }

  async regenerate(
    messageId: string | undefined,
    options?: SessionRequestOptions,
  ): Promise<string> {
    const body = messageId === undefined ? {} : { messageId };
    const { runId } = await this.#post('/regenerate', body, options);
    return String(runId);
  }

  answerTool(
    { toolCallId, ...outcome }: ToolAnswer,
    options?: SessionRequestOptions,
  ): Promise<AnswerValue> {
    // No output at all is one, too.
    const said =
      outcome.errorText === undefined
        ? { output: outcome.output ?? null }
        : { errorText: outcome.errorText };
    return this.#answer({ toolCallId, ...said }, options);
  }

  answerApproval(
    { id, ...said }: ApprovalAnswer,
    options?: SessionRequestOptions,
  ): Promise<AnswerValue> {
    return this.#answer({ approvalId: id, ...said }, options);
  }

  async fork(chatId: string, messageId: string | undefined): Promise<string> {
    const body = messageId === undefined ? { chatId } : { chatId, messageId };
    const forked = await this.#post('/fork', body);
    return String(forked['chatId']);
  }

  async write(record: AppRecordKey & { readonly value: unknown }) {
    await this.#post('/records', record);
  }

  async remove({ type, key }: AppRecordKey) {
    await this.#post('/records', { type, key, operation: 'delete' });
  }

  async #answer(
    body: object,
    options?: SessionRequestOptions,
  ): Promise<AnswerValue> {
    const answer = await this.#post('/answers', body, options);
    // CAST: the answer of our own server to this request.
    return answer as unknown as AnswerValue;
  }

  #post(
    path: string,
    body: object,
    options?: SessionRequestOptions,
  ): Promise<Record<string, unknown>> {
    return this.#requests.post(path, body, { tries: TRIES, ...options });
  }
}
