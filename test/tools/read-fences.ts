/** One `ts` or `tsx` code fence of a Markdown file. */
export type Fence = {
  readonly language: 'ts' | 'tsx';
  /** The one-based line of the Markdown file that the code starts on. */
  readonly line: number;
  /** What the reader is told to imagine: see {@link readFences}. */
  readonly given: string;
  readonly code: string;
};

const FENCE = /^( *)```(tsx?)([^\n]*)\n([\s\S]*?)^\1```/gm;
const GIVEN = /<!-- given:\s*((?:(?!-->)[\s\S])*?)\s*-->\s*$/;

/**
 * Reads the `ts` and `tsx` fences of a Markdown text. Each is a module of its
 * own. Declarations that it needs and that would only distract the reader stand
 * in a comment right above it: `<!-- given: declare const id: string -->`.
 * A fence marked `no-check` (```` ```ts no-check ````) is left out.
 */
export function readFences(markdown: string): Fence[] {
  return [...markdown.matchAll(FENCE)]
    .filter(([, , , info = '']) => !info.includes('no-check'))
    .map((match) => {
      const [, indent = '', language, , code = ''] = match;
      const before = markdown.slice(0, match.index);
      return {
        language: language === 'tsx' ? 'tsx' : 'ts',
        line: before.split('\n').length + 1,
        given: GIVEN.exec(before)?.[1] ?? '',
        code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      };
    });
}
