import type { CallScript } from './model-script.js';

/**
 * The script of a call that says one text.
 *
 * @param options `pieces`: how many deltas (default: one a word); `delayMs`:
 * milliseconds before each (default 0).
 *
 * @example
 * const model = scriptedModel(scriptedText('Hello world', { delayMs: 10 }))
 */
export function scriptedText(
  text: string,
  options: { readonly pieces?: number; readonly delayMs?: number } = {},
): CallScript {
  return [{ type: 'text', text, ...options }];
}
