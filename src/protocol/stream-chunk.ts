/**
 * One chunk of an answer as it stands on the wire and in the log: an AI SDK
 * `UIMessageChunk`, or any JSON object with a `type`. It is kept as loose as
 * this on purpose: a newer AI SDK on the other side may send chunks that this
 * version does not know, and they must pass through unharmed.
 */
export type StreamChunk = { readonly type: string } & {
  readonly [field: string]: unknown;
};

export function isStreamChunk(value: unknown): value is StreamChunk {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string'
  );
}
