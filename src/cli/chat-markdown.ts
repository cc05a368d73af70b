import { asText } from '../inspector/index.js';
import {
  isBlobReference,
  isFilePart,
  isToolPart,
  messageParts,
  toolNameOf,
  type MessagePart,
} from '../protocol/index.js';
import type { ShownMessage } from './chat-view.js';
import { isoTime } from './iso-time.js';
import { plainLines, plainText } from './plain-text.js';

/** A chat for people to read: messages, tools, files. */
export function chatMarkdown(
  chatId: string,
  messages: readonly ShownMessage[],
): string {
  const title = `# ${plainText(chatId)}`;
  return plainLines(`${[title, ...messages.map(section)].join('\n\n')}\n`);
}

function section({ message, actorId, createdAt }: ShownMessage): string {
  const who = plainText(`${message.role} (${actorId})`);
  const time = createdAt === 0 ? undefined : isoTime(createdAt);
  const when = time === undefined ? '' : ` · ${time}`;
  const parts = messageParts(message).map(partText);
  return [`## ${who}${when}`, ...parts.filter((text) => text !== '')].join(
    '\n\n',
  );
}

function partText(part: MessagePart): string {
  if (part.type === 'text') return asText(part['text']).trim();
  if (part.type === 'reasoning') return quoted(asText(part['text']));
  if (part.type === 'step-start') return '';
  if (isFilePart(part)) return fileText(part);
  if (isToolPart(part)) return toolText(part);
  if (part.type.startsWith('source-')) {
    const { title, url, filename } = part;
    return link(asText(title ?? filename ?? url), url);
  }
  return `**${plainText(part.type)}**\n\n${fenced(part)}`;
}

const quoted = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');

function fileText({ url, filename, mediaType }: MessagePart): string {
  const name = textOf(filename) ?? textOf(mediaType) ?? 'file';
  const isImage = asText(mediaType).startsWith('image/');
  return `${isImage ? '!' : ''}${link(name, url)}`;
}

function toolText(part: MessagePart): string {
  const { state, input, output, errorText } = part;
  const name = plainText(asText(toolNameOf(part)));
  const texts = [`**Tool ${name}** (${plainText(asText(state))})`];
  if (input !== undefined) texts.push(`Input:\n\n${fenced(input)}`);
  if (isBlobReference(output)) {
    texts.push(`Output: ${link(`${output.bytes} bytes`, output.url)}`);
  } else if (output !== undefined) {
    texts.push(`Output:\n\n${fenced(output)}`);
  }
  if (errorText !== undefined) texts.push(`Error: ${textOf(errorText) ?? ''}`);
  return texts.join('\n\n');
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** Whatever the text and the address are, they stay inside of the link. */
function link(text: string, url: unknown): string {
  const label = plainText(text).replaceAll(/[[\]\\]/g, '\\$&');
  return `[${label}](<${asText(url).replaceAll(/[<>\s]/g, encodeURIComponent)}>)`;
}

function fenced(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? '';
  // One that does not stand in the text.
  const runs = text.match(/`+/g) ?? [];
  const longest = Math.max(2, ...runs.map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}json\n${text}\n${fence}`;
}
