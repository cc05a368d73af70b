import { createHash, randomBytes } from 'node:crypto';
import type { FileUIPart, UIMessage } from 'ai';
import type { ModelCall } from 'ai-durable-transport/testing';

export const MB = 1_048_576;

/** Bytes that nobody has seen before, and what they are called. */
export interface LargeContent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly base64: string;
  readonly dataUrl: string;
  readonly sha256: string;
}

export function largeContent(
  size: number,
  mediaType = 'image/png',
): LargeContent {
  const bytes = new Uint8Array(randomBytes(size));
  const base64 = Buffer.from(bytes.buffer).toString('base64');
  return {
    bytes,
    base64,
    dataUrl: `data:${mediaType};base64,${base64}`,
    sha256: sha256Of(bytes),
  };
}

const sha256Of = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export async function sha256At(url: string): Promise<string> {
  const response = await fetch(url);
  return sha256Of(new Uint8Array(await response.arrayBuffer()));
}

export function fileOf(message: UIMessage | undefined): FileUIPart {
  const part = message?.parts.find(({ type }) => type === 'file');
  if (part?.type !== 'file') throw new Error('The message has no file.');
  return part;
}

/** The base64 that a model was given, of all files in its prompt. */
export function filesIn({ prompt }: ModelCall): string[] {
  return prompt.flatMap(({ content }) => {
    const parts: readonly { type: string; data?: unknown }[] =
      typeof content === 'string' ? [] : content;
    return parts.flatMap(({ type, data }) =>
      type === 'file' ? [base64Of(data)] : [],
    );
  });
}

function base64Of(data: unknown): string {
  if (typeof data === 'string') return data;
  if (data instanceof Uint8Array) return Buffer.from(data).toString('base64');
  // CAST: v7 says what kind of data it is.
  return base64Of((data as { data: unknown }).data);
}

export const urlOf = (chatId: string, { sha256 }: LargeContent): string =>
  `/api/chat/${chatId}/blobs/${sha256}`;
