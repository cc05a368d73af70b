import { expect, it } from 'vitest';
import {
  acceptanceTable,
  verdictOf,
  type Column,
  type Proof,
} from './acceptance-table.js';
import { BROWSER, scenarioFiles, scenarioNumbers } from './scenario-files.js';
import { SCENARIOS } from './scenarios.js';

const old: Column = { name: 'v6', heading: '6.0.1' };
const page: Column = { name: 'page', heading: 'page', isOptional: true };

const proof = (fields: Partial<Proof>): Proof => ({
  scenario: 1,
  column: 'v6',
  file: 'some.test.ts',
  passed: true,
  ...fields,
});

it('every scenario has a test that runs on all versions', () => {
  const proved = [...scenarioFiles()]
    .filter(([file]) => !file.startsWith(BROWSER))
    .flatMap(([, numbers]) => numbers);
  const numbers = SCENARIOS.map((_, index) => index + 1);
  expect(numbers.filter((number) => !proved.includes(number))).toEqual([]);
});

it('every number in a test is that of a scenario', () => {
  const unknown = [...scenarioFiles()].filter(([, numbers]) =>
    numbers.some((number) => SCENARIOS[number - 1] === undefined),
  );
  expect(unknown).toEqual([]);
});

it('a number is found wherever it stands in a name', () => {
  const name = '[A5][A16] sees no drop [A5]: [A], A7, [B8]';
  expect(scenarioNumbers(name)).toEqual([5, 16]);
});

it('one test that fails makes a scenario fail', () => {
  const proofs = [proof({}), proof({ passed: false }), proof({})];
  expect(verdictOf(proofs, old)).toBe('fail');
  expect(verdictOf([proof({})], old)).toBe('pass');
});

it('a scenario without a test is missing, unless it has no place there', () => {
  expect(verdictOf([proof({ column: 'v7' })], old)).toBe('missing');
  expect(verdictOf([proof({})], page)).toBe('n/a');
});

it('a table has a row per scenario, and its files once each', () => {
  const proofs = [
    proof({ file: 'b.test.ts' }),
    proof({ file: 'a.test.ts' }),
    proof({ file: 'b.test.ts', column: 'page', passed: false }),
  ];
  expect(acceptanceTable(['It holds', 'So'], [old, page], proofs)).toBe(
    [
      '|     | scenario | 6.0.1   | page | tests                |',
      '| --- | -------- | ------- | ---- | -------------------- |',
      '| 1   | It holds | pass    | fail | a.test.ts, b.test.ts |',
      '| 2   | So       | missing | n/a  |                      |',
      '',
    ].join('\n'),
  );
});
