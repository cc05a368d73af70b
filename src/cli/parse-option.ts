import { InvalidArgumentError } from 'commander';
import { parseChatId } from '../protocol/index.js';
import { failureOf } from './failure.js';

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}

/** A chat id as it is typed. */
export function chatIdOf(text: string): string {
  try {
    return parseChatId(text);
  } catch (error) {
    throw new InvalidArgumentError(failureOf(error).message);
  }
}
