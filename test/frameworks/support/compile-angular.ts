import type ts from 'typescript';
import type { Plugin } from 'vite';

/** What is used of `@angular/compiler-cli`. */
interface AngularCompiler {
  createCompilerHost(given: { options: ts.CompilerOptions }): ts.CompilerHost;
  performCompilation(given: {
    readonly rootNames: readonly string[];
    readonly options: ts.CompilerOptions;
    readonly host: ts.CompilerHost;
    readonly gatherDiagnostics: (program: {
      getTsSyntacticDiagnostics(): readonly ts.Diagnostic[];
    }) => readonly ts.Diagnostic[];
  }): { readonly diagnostics: readonly ts.Diagnostic[] };
  formatDiagnostics(diagnostics: readonly ts.Diagnostic[]): string;
}

/** Components of Angular's below this folder, by its own compiler. */
export function compileAngular(folder: string): Plugin {
  return {
    name: 'compile-angular',
    enforce: 'pre',
    load: (id) => (id.includes(folder) ? compile(id) : undefined),
  };
}

/**
 * Each file on its own, as the Angular CLI does it for hot reloads: that costs a
 * part of what a program with all types does, and `npm run types` checks them.
 */
async function compile(file: string): Promise<string | undefined> {
  // Not before it is needed: every run of vitest reads this module.
  const { default: typescript } = await import('typescript');
  const compiler: unknown = await import('@angular/compiler-cli');
  // CAST: its own types are not to be found where modules are Node's.
  const angular = compiler as AngularCompiler;
  const options = {
    compilationMode: 'experimental-local',
    target: typescript.ScriptTarget.ES2022,
    module: typescript.ModuleKind.ES2022,
    noResolve: true,
    noLib: true,
  };
  let compiled: string | undefined;
  const host = angular.createCompilerHost({ options });
  host.writeFile = (_name, text) => void (compiled = text);
  const { diagnostics } = angular.performCompilation({
    rootNames: [file],
    options,
    host,
    gatherDiagnostics: (program) => program.getTsSyntacticDiagnostics(),
  });
  if (diagnostics.length === 0) return compiled;
  throw new Error(angular.formatDiagnostics(diagnostics));
}
