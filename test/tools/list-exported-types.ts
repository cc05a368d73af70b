import { globSync } from 'node:fs';
import ts from 'typescript';

let known: ts.Program | undefined;

/** The names that a room's index exports for the compiler alone, sorted. */
export function listExportedTypes(file: string): string[] {
  // One for all: it takes seconds to read what the rooms import.
  const program = (known ??= readRooms());
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} is not a module.`);
  return checker
    .getExportsOfModule(module)
    .filter((symbol) => isTypeOnly(symbol, checker))
    .map((symbol) => symbol.name)
    .toSorted();
}

const readRooms = (): ts.Program =>
  ts.createProgram(globSync('src/{index.ts,*/index.ts}'), {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    noLib: true,
  });

function isTypeOnly(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const { flags } = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  return (flags & ts.SymbolFlags.Value) === 0;
}
