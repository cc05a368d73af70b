/**
 * Plays random histories for an hour, or so: `npm run soak`, or
 * `npm run soak -- --minutes 20 --seed 7`.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
  },
});
const { minutes, seed } = values;
console.log(`Histories for ${minutes} minutes, from seed ${seed} on.`);
spawn('vitest', ['run', '--mode', 'soak'], {
  stdio: 'inherit',
  env: { ...process.env, SOAK_MINUTES: minutes, SEED: seed },
}).on('exit', (code) => process.exit(code ?? 1));
