import { DurableChatError } from '../../protocol/index.js';
import { isOurType } from './session-state.js';

/** Run ids are made of it, and it stands in a header. */
const AGENT_ID = /^[\w.-]{1,100}$/;

interface SessionOptions {
  readonly respond?: unknown;
  readonly agents?: Readonly<Record<string, unknown>> | undefined;
  readonly records?: Readonly<Record<string, unknown>> | undefined;
}

/** @throws DurableChatError `invalid-request` */
export function checkSessionOptions({
  respond,
  agents,
  records = {},
}: SessionOptions): void {
  const isEither = respond === undefined || agents === undefined;
  if (!isEither) {
    throw invalid(
      'createDurableChat takes respond or agents, not both: respond answers who has posted, agents answer what stands in the log.',
    );
  }
  const wrong = Object.keys(agents ?? {}).find((id) => !AGENT_ID.test(id));
  if (wrong !== undefined) {
    throw invalid(
      `"${wrong}" cannot be an agent's id: it has 1 to 100 letters, digits, dots, hyphens or underscores.`,
    );
  }
  const taken = Object.keys(records).find(isOurType);
  if (taken !== undefined) {
    throw invalid(`"${taken}" is a type of records of this package already.`);
  }
}

function invalid(message: string): DurableChatError {
  return new DurableChatError('invalid-request', message);
}
