/** A body as far as it came, and what it broke off with. */
export interface ReadBody {
  /** Grows while it is read. */
  readonly text: () => string;
  /** Resolves with the error; `undefined` for a good end. */
  readonly ended: Promise<unknown>;
}

export function readBody(response: Response): ReadBody {
  let text = '';
  const decoder = new TextDecoder();
  const read = async (): Promise<unknown> => {
    try {
      for await (const bytes of response.body ?? []) {
        text += decoder.decode(bytes, { stream: true });
      }
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const ended = read();
  return { text: () => text, ended };
}
