import ts from 'typescript';
import { lineAt, type Finding } from './finding.js';

const MAX_LINES = 60;

/**
 * Finds every function of a test file that is longer than the house allows.
 * oxlint's own rule would also count the callback of a `describe`, which is a
 * chapter that holds functions, so tests are measured here.
 */
export function findLongClosures(source: ts.SourceFile): Finding[] {
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && !isChapter(node)) {
      const first = lineAt(source, node.getStart(source));
      const count = lineAt(source, node.getEnd()) - first + 1;
      if (count > MAX_LINES)
        findings.push({
          line: first + 1,
          message: `This function has ${count} lines, over ${MAX_LINES}.`,
        });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}

/** `describe(…, fn)`, `describe.each(…)(…, fn)` and their like. */
function isChapter({ parent }: ts.Node): boolean {
  if (!ts.isCallExpression(parent)) return false;
  let callee: ts.Expression = parent.expression;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee))
    callee = callee.expression;
  return ts.isIdentifier(callee) && callee.text === 'describe';
}
