import type { UIMessage } from 'ai';

/** What tests look at in a tool part, whatever the tool. */
export interface ToolPart {
  readonly type: string;
  readonly toolCallId: string;
  readonly state: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly errorText?: string;
  readonly approval?: { readonly id: string; readonly approved?: boolean };
}

/** The one tool part of a message, where it has one. */
export function findToolPart(message: UIMessage): ToolPart | undefined {
  return message.parts.find((part) => 'toolCallId' in part);
}

/** The one tool part of a message that must have one. */
export function toolPartOf(message: UIMessage | undefined): ToolPart {
  const part = message && findToolPart(message);
  if (part === undefined) throw new Error('The message has no tool part.');
  return part;
}
