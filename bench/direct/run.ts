/** Readers of one answer behind nginx: `npm run bench:direct`. */
import {
  readTogether,
  type ReadTogether,
} from '../../test/support/read-together.js';

const READERS = [20, 100, 500];

const row = ({ texts, appends, polls, asked, underWay }: ReadTogether) =>
  [texts.length, appends, polls, asked, underWay].join(' | ');

console.log(
  '| readers | appends of the answer | requests of nginx to the streams server | of the app server, for readers | connections of readers to it |',
);
console.log('| --- | --- | --- | --- | --- |');
for (const readers of READERS) {
  const together = await readTogether(readers);
  if (together.texts.some((text) => text !== together.answer)) {
    throw new Error(`Not all of ${readers} readers have the whole answer.`);
  }
  console.log(`| ${row(together)} |`);
}
