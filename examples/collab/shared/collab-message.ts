import type { InferUITools, UIDataTypes, UIMessage } from 'ai';
import type { tools } from '../server/tools.ts';

/** A message of this app, with the tools that its agents know. */
export type CollabMessage = UIMessage<
  unknown,
  UIDataTypes,
  InferUITools<typeof tools>
>;

export type CollabPart = CollabMessage['parts'][number];
