import fc from 'fast-check';
import { it } from 'vitest';
import { arbitraryAnswer } from './arbitrary-answer.js';
it('x', () => {
  const s = fc.sample(arbitraryAnswer(), 300);
  const types: Record<string, number> = {};
  for (const c of s.flat()) types[c.type] = (types[c.type] ?? 0) + 1;
  console.log(s.reduce((a, c) => a + c.length, 0) / 300, types);
});
