import ts from 'typescript';
import { lineAt, type Finding } from './finding.js';

const REASON = /\/\/ CAST: \S/;
const COMMENT = /^\s*\/\//;

/**
 * Finds every `as` that does not say why it is true. A reason stands on a line
 * of the cast, or in the comment right above its first or its last line.
 * `as const` claims nothing, and `import { a as b }` is no cast.
 */
export function findBareCasts(source: ts.SourceFile): Finding[] {
  const lines = source.text.split('\n');
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isAsExpression(node) && !isConst(node.type)) {
      const first = lineAt(source, node.getStart(source));
      const last = lineAt(source, node.type.getEnd());
      if (!hasReason(lines, first, last))
        findings.push({
          line: last + 1,
          message: 'This cast has no `// CAST: why` beside or above it.',
        });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}

function hasReason(
  lines: readonly string[],
  first: number,
  last: number,
): boolean {
  return (
    lines.slice(first, last + 1).some((line) => REASON.test(line)) ||
    commentAbove(lines, first).some((line) => REASON.test(line)) ||
    commentAbove(lines, last).some((line) => REASON.test(line))
  );
}

/** The `//` lines that end right above a line. */
function commentAbove(lines: readonly string[], index: number): string[] {
  const above = lines.slice(0, index);
  const code = above.findLastIndex((line) => !COMMENT.test(line));
  return above.slice(code + 1);
}

const isConst = (type: ts.TypeNode): boolean =>
  ts.isTypeReferenceNode(type) && type.getText() === 'const';
