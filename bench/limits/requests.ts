import type { AnswerPlan } from '../servers/answer-plan.js';

const HOST = 'host: 127.0.0.1';
const JSON_TYPE = { 'content-type': 'application/json' };

/** As it stands in a request: always as long. */
export function numbered(client: number): string {
  return String(client).padStart(6, '0');
}

/** A reader's request, byte by byte. */
export function resumeRequest(chatId: string): string {
  return `GET /api/chat/${chatId}/stream HTTP/1.1\r\n${HOST}\r\n\r\n`;
}

/**
 * A POST, byte by byte: its head, and what of its body is given. `#` stands for
 * the client's number.
 */
export function postRequest(
  body: string,
  length = body.replaceAll('#', numbered(0)).length,
): string {
  const head = [
    'POST /api/chat HTTP/1.1',
    HOST,
    'content-type: application/json',
    `content-length: ${length}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The body of a POST that asks for a planned answer. */
export function question(chatId: string, plan: AnswerPlan): string {
  const parts = [{ type: 'text', text: 'How late is it?' }];
  const messages = [{ id: 'question', role: 'user', parts }];
  return JSON.stringify({ id: chatId, messages, plan });
}

export interface Asked {
  /** Resolves at the answer's end. */
  readonly read: Promise<unknown>;
  stop(): Promise<void>;
}

/** Begins an answer and reads it, as the tab does that asked. */
export async function ask(
  url: string,
  chatId: string,
  plan: AnswerPlan,
): Promise<Asked> {
  const api = `${url}/api/chat`;
  const posted = { method: 'POST', headers: JSON_TYPE };
  const body = question(chatId, plan);
  const response = await fetch(api, { ...posted, body });
  const read = response.arrayBuffer();
  return {
    read,
    async stop() {
      await fetch(`${api}/${chatId}/stop`, posted);
      await read;
    },
  };
}
