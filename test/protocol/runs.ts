import { share } from '../support/thinned.js';

/** How often a property is tried; `FC_RUNS` sets another number for a soak. */
export const runs = (usual: number): { numRuns: number } => ({
  numRuns: Number(process.env['FC_RUNS'] ?? share(usual)),
});
