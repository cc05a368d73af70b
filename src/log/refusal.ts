import { DurableChatError, errorOfResponse } from '../protocol/index.js';

const TEMPORARY = new Set([408, 425, 429]);

/** Worth another try, sooner or later. */
export function isTemporary(status: number): boolean {
  return status >= 500 || TEMPORARY.has(status);
}

/** 410: deleted while forks of it live on, or dropped by a retention policy. */
export function isGone(status: number): boolean {
  return status === 404 || status === 410;
}

/** What an answer stands for that no repetition would change. Reads the body. */
export async function refusal(response: Response): Promise<DurableChatError> {
  const { status } = response;
  const told = await errorOfResponse(response);
  if (status === 401 || status === 403) {
    return new DurableChatError(
      'forbidden',
      `The streams server refused access with status ${status}. Check the headers given for it.`,
      { status, cause: told },
    );
  }
  if (isGone(status)) return gone(status);
  if (told.code !== 'rejected') return told;
  return new DurableChatError(
    'rejected',
    `The streams server refused the request with status ${status}: ${told.message}`,
    { status },
  );
}

function gone(status: number): DurableChatError {
  return new DurableChatError(
    'log-lost',
    `The stream does not exist, or no longer (status ${status}).`,
    { status },
  );
}
