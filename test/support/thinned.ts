import { SDK_VERSIONS } from '../tools/sdk-versions.js';

const SHARE = 4;
const projects: readonly string[] = Object.values(SDK_VERSIONS).map(
  ({ project }) => project,
);
/** The newest is the first; and so is whoever says nothing of it. */
const own = Math.max(0, projects.indexOf(process.env['AI_SDK_PROJECT'] ?? ''));

/** How many of so many tries: all on the newest AI SDK, a quarter on others. */
export const share = (count: number): number =>
  own === 0 ? count : Math.ceil(count / SHARE);

/**
 * Which of many like tries to make: all on the newest AI SDK, each fourth on the
 * others, of which each takes others.
 */
export const thinned = <T>(tries: readonly T[]): T[] =>
  own === 0 ? [...tries] : tries.filter((_, at) => at % SHARE === own);
