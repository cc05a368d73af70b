import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openRefusingApp, type RefusingApp } from '../support/refusing-app.js';
import { share } from '../support/thinned.js';
import { arbitraryBody } from './arbitrary-body.js';
import { arbitraryRequest } from './arbitrary-request.js';

// As many as there is time for; `npm run limits` gives more of both.
const REQUESTS = Number(process.env['LIMITS_REQUESTS'] ?? share(600));
const PATIENCE_MS = Number(process.env['LIMITS_PATIENCE_MS'] ?? share(15_000));
const SEED = Number(process.env['LIMITS_SEED'] ?? Date.now() % 2 ** 31);

let refusing: RefusingApp;
beforeAll(async () => {
  // The AI SDK logs what it does not like about a prompt.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  refusing = await openRefusingApp();
});
afterAll(() => refusing[Symbol.asyncDispose]());

it(
  `[A42] any request is answered or refused, and a refusal writes and tells nothing (seed ${SEED})`,
  async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRequest(arbitraryBody), async (request) => {
        expect(await refusing.faultsOfChance(request)).toEqual([]);
      }),
      { seed: SEED, numRuns: REQUESTS, interruptAfterTimeLimit: PATIENCE_MS },
    );
    await refusing.checkAlive();
  },
  PATIENCE_MS + 60_000,
);
