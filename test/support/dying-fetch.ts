/** A request as the moment of a death is told by it, such as `POST history`. */
export interface LastRequest {
  readonly name: string;
  readonly body: string;
}

/**
 * When a process dies: before a request has left, or after it has taken effect
 * and before its answer has come.
 */
export interface Moment {
  readonly how: 'before' | 'after';
  readonly isIt: (request: LastRequest) => boolean;
}

/** The way to the store of a process that dies. */
export interface DyingFetch {
  readonly fetch: typeof fetch;
  /** Lets it die at that moment, the next time it comes. */
  readonly dieAt: (moment: Moment) => Promise<void>;
}

/** Once it is dead, no request leaves it, and none comes to an end. */
export function dyingFetch(): DyingFetch {
  const death = Promise.withResolvers<void>();
  let moment: Moment | undefined;
  let isDead = false;
  const die = (): Promise<never> => {
    isDead = true;
    death.resolve();
    return new Promise(() => undefined);
  };
  return {
    async fetch(input, init) {
      if (isDead) return die();
      const url = input instanceof Request ? input.url : input.toString();
      const { method = 'GET', body } = init ?? {};
      const stream = new URL(url).pathname.split('/').at(-1) ?? '';
      const text = typeof body === 'string' ? body : '';
      const isIt = moment?.isIt({ name: `${method} ${stream}`, body: text });
      if (isIt === true && moment?.how === 'before') return die();
      const response = await fetch(input, init);
      return isIt === true ? die() : response;
    },
    dieAt(given) {
      moment = given;
      return death.promise;
    },
  };
}
