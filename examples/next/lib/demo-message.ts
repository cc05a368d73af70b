import type { InferUITools, UIDataTypes, UIMessage } from 'ai';
import type { tools } from '@/lib/tools';

/** A message of this app, with the tools that it knows. */
export type DemoMessage = UIMessage<
  unknown,
  UIDataTypes,
  InferUITools<typeof tools>
>;

export type DemoPart = DemoMessage['parts'][number];
