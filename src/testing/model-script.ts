import type { LanguageModel } from 'ai';

/** The one language model interface that `ai` v6 and v7 both accept. */
export type LanguageModelV3 = Extract<
  LanguageModel,
  { readonly specificationVersion: 'v3' }
>;

/** What a model's call is given: prompt, tools, abort signal and so on. */
export type ModelCallOptions = Parameters<LanguageModelV3['doStream']>[0];

type StreamOf<R> = R extends { stream: ReadableStream<infer Part> }
  ? Part
  : never;

/** A raw part of a model's stream, as providers send it. */
export type ModelStreamPart = StreamOf<
  Awaited<ReturnType<LanguageModelV3['doStream']>>
>;

export type ModelFinishReason =
  | 'stop'
  | 'length'
  | 'content-filter'
  | 'tool-calls'
  | 'error'
  | 'other';

interface Paced {
  /** Milliseconds before each piece; default 0: as fast as it is read. */
  readonly delayMs?: number;
}

interface TextPart extends Paced {
  /** A string comes in words; an array piece by piece, as it stands. */
  readonly text: string | readonly string[];
  /** Cuts a string into that many pieces instead of words. */
  readonly pieces?: number;
}

/**
 * One thing that a scripted model does.
 *
 * - `text`, `reasoning`: start, deltas, end.
 * - `tool-call`: its input is streamed as JSON in `pieces` (default 2), then
 *   the call follows. With `result` the provider itself has run the tool.
 * - `source`, `file`: as the model cites or makes them.
 * - `wait`: nothing for `ms` milliseconds, or until a promise settles; `until`
 *   as a function is called when the model gets there.
 * - `error`: an error in mid-stream; as a part of the stream (`how: 'part'`,
 *   the default), or by failing the stream (`'throw'`). Ends the call.
 * - `part`: any raw part, for what is missing here.
 * - `finish`: ends the call. Without it the call ends with `tool-calls` where
 *   it called a tool that the provider did not run, else with `stop`.
 */
export type ModelAction =
  | ({ readonly type: 'text' } & TextPart)
  | ({ readonly type: 'reasoning' } & TextPart)
  | ({
      readonly type: 'tool-call';
      readonly toolName: string;
      readonly input: unknown;
      /** Default `call-{call index}-{action index}`. */
      readonly toolCallId?: string;
      readonly pieces?: number;
      readonly dynamic?: boolean;
      readonly result?: Extract<
        ModelStreamPart,
        { type: 'tool-result' }
      >['result'];
    } & Paced)
  | { readonly type: 'source'; readonly url: string; readonly title?: string }
  | {
      readonly type: 'file';
      readonly mediaType: string;
      readonly data: string | Uint8Array;
    }
  | { readonly type: 'wait'; readonly ms: number }
  | {
      readonly type: 'wait';
      readonly until: Promise<unknown> | (() => Promise<unknown>);
    }
  | {
      readonly type: 'error';
      readonly error: unknown;
      readonly how?: 'part' | 'throw';
    }
  | { readonly type: 'part'; readonly part: ModelStreamPart }
  | {
      readonly type: 'finish';
      readonly reason?: ModelFinishReason;
      readonly usage?: {
        readonly inputTokens?: number;
        readonly outputTokens?: number;
      };
    };

/** What the model does in one call. */
export type CallScript = readonly ModelAction[];

/**
 * One script for every call, one for each call in order (a call more than
 * there are scripts fails), or a function of the call.
 */
export type ModelScript =
  | CallScript
  | readonly CallScript[]
  | ((call: {
      /** From 0. */
      readonly index: number;
      readonly prompt: ModelCallOptions['prompt'];
      readonly options: ModelCallOptions;
    }) => CallScript | Promise<CallScript>);
