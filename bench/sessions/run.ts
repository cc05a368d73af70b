import { watchCrowd, type Crowd } from './audiences.js';
import { clientGrowth, serverGrowth } from './growth.js';
import { keepSessions } from './keep-sessions.js';
import { startSessionApp } from './session-app.js';

// `npm run bench:sessions`: sessions that many follow, and that grow long.
// Leaves its figures in docs/.
const ONE = { sessions: 1, followers: 500, tokens: 60, everyMs: 200 };
const MANY = { sessions: 500, followers: 2, tokens: 30, everyMs: 1_000 };

/** What is compiled by then is not measured. */
const WARM_UP = { sessions: 20, followers: 10, tokens: 60, everyMs: 20 };

await using app = await startSessionApp();
const watch = async (crowd: Crowd) => {
  const figures = await watchCrowd(app, crowd);
  console.log(`${crowd.sessions} × ${crowd.followers}:`, figures);
  return figures;
};
await watch(WARM_UP);
const one = await watch(ONE);
const many = await watch(MANY);
const client = await clientGrowth();
console.log('the page:', client);
const server = await serverGrowth(app);
console.log('the server:', server);
await keepSessions({ one, many, client, server });
