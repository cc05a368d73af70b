import {
  DurableChatError,
  type AppRecord,
  type StandardSchema,
} from '../../protocol/index.js';
import type { ChatContext } from '../chat-context.js';
import { fieldsOf } from '../parse-send-request.js';

/**
 * The body of `POST {base}/{chatId}/records` as a record of one of the app's
 * types, its value checked by the type's schema.
 *
 * @throws DurableChatError `invalid-request`, with what the schema says
 */
export async function parseAppRecord(
  { options: { records = {} } }: ChatContext,
  json: unknown,
): Promise<AppRecord> {
  const body = fieldsOf(json);
  const { type, key, value, operation = 'upsert' } = body;
  const schema =
    typeof type === 'string' && Object.hasOwn(records, type)
      ? records[type]
      : undefined;
  if (schema === undefined || typeof type !== 'string') {
    throw invalid('type must be one of the types of records of this app.');
  }
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_LENGTH) {
    throw invalid(`key must have 1 to ${MAX_KEY_LENGTH} characters.`);
  }
  if (operation === 'delete') return { type, key, headers: { operation } };
  if (operation !== 'upsert') {
    throw invalid('operation must be "upsert" or "delete".');
  }
  if (value === undefined) throw invalid('A record needs a value.');
  const issues = await issuesOf(schema, value);
  if (issues !== undefined) {
    throw invalid(`The value is no "${type}": ${issues.slice(0, 1_000)}`);
  }
  return { type, key, value, headers: { operation } };
}

const MAX_KEY_LENGTH = 200;

/** `undefined` where the value is as it should be. */
export async function issuesOf(
  schema: StandardSchema,
  value: unknown,
): Promise<string | undefined> {
  const { issues } = await schema['~standard'].validate(value);
  return issues?.map(({ message }) => message).join('; ');
}

function invalid(message: string): DurableChatError {
  return new DurableChatError('invalid-request', message);
}
