/** The rules of the house that oxlint cannot express: `npm run lint`. */
import { glob, readFile } from 'node:fs/promises';
import ts from 'typescript';
import { findBareCasts } from './find-bare-casts.js';
import { findLongClosures } from './find-long-closures.js';

const FILES = '{src,test,examples,bench}/**/*.{ts,tsx}';
const ELSEWHERE = /(?:^|\/)(?:node_modules|dist|\.next)(?:\/|$)/;

let count = 0;
for await (const file of glob(FILES, { exclude: (it) => ELSEWHERE.test(it) })) {
  const text = await readFile(file, 'utf8');
  const source = ts.createSourceFile(
    file,
    text,
    ts.ScriptTarget.Latest,
    true,
    file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const findings = [
    ...findBareCasts(source),
    ...(file.startsWith('test/') ? findLongClosures(source) : []),
  ];
  for (const { line, message } of findings)
    console.error(`${file}:${line}: ${message}`);
  count += findings.length;
}
if (count > 0) process.exitCode = 1;
