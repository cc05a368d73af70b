import ts from 'typescript';

/** The names that a module exports for the compiler alone, sorted. */
export function listExportedTypes(file: string): string[] {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    noLib: true,
  });
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

function isTypeOnly(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const { flags } = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  return (flags & ts.SymbolFlags.Value) === 0;
}
