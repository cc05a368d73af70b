import type { SourceFile } from 'typescript';

/** One place where a file breaks a rule of the house. */
export type Finding = { readonly line: number; readonly message: string };

/** The zero-based line a position of a file stands on. */
export const lineAt = (source: SourceFile, position: number): number =>
  source.getLineAndCharacterOfPosition(position).line;
