import { InvalidArgumentError } from 'commander';

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}

/** An id that the routes take, too. */
export function parseChatId(text: string): string {
  const isUsable =
    text.length > 0 &&
    text.length <= 200 &&
    text !== '.' &&
    text !== '..' &&
    // oxlint-disable-next-line no-control-regex
    !/[/\\\u0000-\u001f\u007f]/.test(text);
  if (isUsable) return text;
  throw new InvalidArgumentError(
    'A chat id has 1 to 200 characters, none of them / or \\.',
  );
}
