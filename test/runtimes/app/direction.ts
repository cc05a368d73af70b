import type { ModelAction } from 'ai-durable-transport/testing';

/**
 * What a test wants of the model, as JSON in the field `script` of its POST:
 * what a scripted model does, and
 *
 * - `gate`: to wait until the director lets it go on;
 * - `flood`: so many pieces of text, each of 16,384 characters.
 */
export type Direction =
  | ModelAction
  | { readonly type: 'gate' }
  | { readonly type: 'flood'; readonly pieces: number };

export const FLOOD_PIECE = '#'.repeat(16_384);
