import { parseArgs } from 'node:util';
import { CONTENDER_NAMES, type Contender } from './contenders/contender.js';
import { presentContenders } from './contenders/present-contenders.js';
import { startContender } from './contenders/start-contender.js';
import { measureFigures } from './measure/figures.js';
import { FULL, QUICK, SMOKE } from './measure/measurement.js';
import { figureTable } from './report/figure-table.js';
import { isMet } from './report/figure.js';
import { keepFigures } from './report/keep-figures.js';

// `npm run bench [-- --quick | --smoke] [--only crowd,store] [--contenders plain,durable]
// [--profile DIR]`: the same work, side by side. A whole run leaves its figures
// in docs/.
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string' },
    contenders: { type: 'string' },
    profile: { type: 'string' },
  },
});

const listOf = (given: string | undefined): readonly string[] | undefined =>
  given?.split(',');

const wanted = listOf(options.contenders) ?? CONTENDER_NAMES;
const names = await presentContenders(wanted);
await using stack = new AsyncDisposableStack();
const contenders: Contender[] = [];
for (const name of names) {
  contenders.push(await startContender(name, stack, options.profile));
}
const figures = await measureFigures(contenders, {
  effort: options.smoke ? SMOKE : options.quick ? QUICK : FULL,
  only: listOf(options.only) ?? [],
});
console.log(figureTable(figures, names));
for (const figure of figures) {
  if (isMet(figure) === false) console.log(`Target missed: ${figure.name}`);
}
const isWhole =
  !options.quick &&
  !options.smoke &&
  options.only === undefined &&
  process.exitCode === undefined &&
  names.length === CONTENDER_NAMES.length;
if (isWhole) await keepFigures(figures, names);
