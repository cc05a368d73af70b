import {
  appendOnce,
  createStream,
  logTarget,
  type StreamTarget,
} from '../../../src/log/index.js';
import {
  encodeChunkRecord,
  messageRecord,
  runRecord,
  type RunValue,
} from '../../../src/protocol/index.js';

/** A chat with an answer that is being written, a record at a time. */
export class SlowAnswer {
  readonly #log: StreamTarget;
  readonly #run: RunValue;
  #appends = 0;
  #seq = 0;

  private constructor(log: StreamTarget, run: RunValue) {
    this.#log = log;
    this.#run = run;
  }

  /** `at`: when its writer gave the last sign of life. */
  static async begin(
    streams: { readonly url: string },
    chatId: string,
    at = Date.now(),
  ): Promise<SlowAnswer> {
    const log = logTarget(streams, chatId);
    const answer = new SlowAnswer(log, {
      id: 'r1',
      messageId: 'a1',
      parentId: 'u1',
      agentId: 'assistant',
      epoch: 1_000,
      attempt: 1,
      status: 'active',
      at,
      leaseMs: 30_000,
    });
    await createStream(log);
    await answer.#append([
      JSON.stringify(messageRecord(question(at))),
      JSON.stringify(runRecord(answer.#run)),
    ]);
    await answer.#say([
      { type: 'start', messageId: 'a1' },
      { type: 'text-start', id: 't' },
    ]);
    return answer;
  }

  /** Each word is a record of its own. */
  async say(...words: readonly string[]): Promise<void> {
    for (const word of words) {
      await this.#say([{ type: 'text-delta', id: 't', delta: `${word} ` }]);
    }
  }

  /** So many words at once, each in a record of its own. */
  async sayMany(count: number): Promise<void> {
    const records = Array.from({ length: count }, (_, index) =>
      this.#record([{ type: 'text-delta', id: 't', delta: `w${index} ` }]),
    );
    for (let from = 0; from < count; from += 1_000) {
      await this.#append(records.slice(from, from + 1_000));
    }
  }

  #say(chunks: readonly object[]): Promise<void> {
    return this.#append([this.#record(chunks)]);
  }

  #record(chunks: readonly object[]): string {
    const { id: runId, messageId, agentId: actorId } = this.#run;
    const head = { runId, messageId, actorId, seq: this.#seq };
    this.#seq += chunks.length;
    return encodeChunkRecord(
      head,
      chunks.map((chunk) => JSON.stringify(chunk)),
    );
  }

  async #append(records: readonly string[]): Promise<void> {
    const { agentId: id, epoch } = this.#run;
    const outcome = await appendOnce(this.#log, {
      producer: { id, epoch, seq: this.#appends },
      body: `[${records.join()}]`,
    });
    this.#appends += 1;
    if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
  }
}

const question = (createdAt: number) => ({
  id: 'u1',
  role: 'user' as const,
  parts: [{ type: 'text' as const, text: 'What do you see?' }],
  parentId: null,
  actorId: 'ada',
  createdAt,
});
