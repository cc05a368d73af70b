import type { ReadRecord } from '../../log/index.js';
import type { LogRecord } from '../../protocol/index.js';
import { isOurType } from './session-state.js';

/**
 * What the history keeps of a session's log as it stands there, in its order:
 * what is needed to fold the session again. No chunks, no signs of life, of
 * presence and the app's records the newest, and of an agent's message, which
 * the history has whole, no more than that it was there.
 */
export function orderedRecords(records: readonly ReadRecord[]): ReadRecord[] {
  const last = new Map(records.map((record) => [placeOf(record), record]));
  const messageIds = new Map<string, string>();
  return records.flatMap((record): ReadRecord[] => {
    const isLast = last.get(placeOf(record)) === record;
    if (!isOurs(record)) return isLast ? [record] : [];
    switch (record.type) {
      case 'presence':
        return isLast ? [record] : [];
      case 'run': {
        const { messageId } = record.value;
        const isNews = messageIds.get(record.key) !== messageId;
        messageIds.set(record.key, messageId);
        return isNews ? [record] : [];
      }
      case 'message':
        return [withoutAnswer(record)];
      case 'agent':
      case 'answer':
      case 'regeneration':
        return [record];
      case 'chunk':
      case 'checkpoint':
        return [];
    }
  });
}

const placeOf = ({ type, key }: ReadRecord): string => `${type} ${key}`;

const isOurs = (record: ReadRecord): record is LogRecord =>
  isOurType(record.type);

/** Whether it holds anything is all that the order of messages asks of it. */
function withoutAnswer(
  record: Extract<LogRecord, { type: 'message' }>,
): LogRecord {
  const { value } = record;
  if (value?.role !== 'assistant') return record;
  return { ...record, value: { ...value, parts: value.parts.slice(0, 1) } };
}
