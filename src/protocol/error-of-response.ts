import {
  DurableChatError,
  type DurableChatErrorCode,
} from './durable-chat-error.js';

/** The `type` of a problem document of ours: this and the code. */
export const PROBLEM_TYPE_PREFIX = 'urn:ai-durable-transport:error:';

const MAX_TEXT = 1_000;

/**
 * The error that an unsuccessful response stands for: our code where it carries
 * a problem document of ours, which is its `cause`, else `rejected` with the body's text. Consumes
 * the body.
 */
export async function errorOfResponse(
  response: Response,
): Promise<DurableChatError> {
  const { status } = response;
  const text = await response.text().catch(() => '');
  const problem = parseProblem(text);
  return problem === undefined
    ? new DurableChatError(
        'rejected',
        text.slice(0, MAX_TEXT) || `The server answered ${status}.`,
        { status },
      )
    : new DurableChatError(problem.code, problem.detail, {
        status,
        cause: problem.document,
      });
}

function parseProblem(
  text: string,
):
  | { code: DurableChatErrorCode; detail: string; document: object }
  | undefined {
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem !== 'object' || problem === null) return undefined;
    const type = 'type' in problem ? problem.type : undefined;
    const detail = 'detail' in problem ? problem.detail : '';
    if (!String(type).startsWith(PROBLEM_TYPE_PREFIX)) return undefined;
    // CAST: only our own server writes this type, and only with its codes.
    const code = String(type).slice(
      PROBLEM_TYPE_PREFIX.length,
    ) as DurableChatErrorCode;
    return { code, detail: String(detail), document: problem };
  } catch {
    return undefined;
  }
}
