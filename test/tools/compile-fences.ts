/** Compiles every code fence of the docs against the built package. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { readFences } from './read-fences.js';

type Module = { text: string; file: string; firstLine: number };

/** The fences as modules that stand, for the compiler, in the root folder. */
function modulesOf(files: readonly string[]): Map<string, Module> {
  const modules = new Map<string, Module>();
  for (const file of files)
    for (const fence of readFences(readFileSync(file, 'utf8'))) {
      const given = fence.given ? `${fence.given}\n` : '';
      const name = `${file.replaceAll('/', '.')}.${fence.line}`;
      modules.set(resolve(`${name}.${fence.language}`), {
        text: `${given}${fence.code}\nexport {};\n`,
        file,
        firstLine: fence.line - given.split('\n').length + 1,
      });
    }
  return modules;
}

/** The project's own options, but the package as its users see it: built. */
function readOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile('tsconfig.json', (file) =>
    ts.sys.readFile(file),
  );
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  delete options.paths;
  return options;
}

function compile(
  modules: ReadonlyMap<string, Module>,
): readonly ts.Diagnostic[] {
  const options = readOptions();
  const host = ts.createCompilerHost(options);
  host.fileExists = (file) => modules.has(file) || ts.sys.fileExists(file);
  host.readFile = (file) => modules.get(file)?.text ?? ts.sys.readFile(file);
  const program = ts.createProgram([...modules.keys()], options, host);
  return ts.getPreEmitDiagnostics(program);
}

function describeDiagnostic(
  { file, start = 0, messageText }: ts.Diagnostic,
  modules: ReadonlyMap<string, Module>,
): string {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n');
  const module = modules.get(file?.fileName ?? '');
  if (!file || !module) return `${file?.fileName ?? ''} ${text}`;
  const { line } = file.getLineAndCharacterOfPosition(start);
  return `${module.file}:${module.firstLine + line}: ${text}`;
}

const entry = 'dist/index.d.ts';
if (!existsSync(entry))
  throw new Error(`${entry} is missing: run \`npm run build\` first.`);
const modules = modulesOf(
  globSync(['*.md', 'docs/**/*.md'], { exclude: ['docs/api/**'] }).toSorted(),
);
const diagnostics = compile(modules);
for (const diagnostic of diagnostics)
  console.error(describeDiagnostic(diagnostic, modules));
console.log(`${modules.size} fences, ${diagnostics.length} errors`);
if (diagnostics.length > 0) process.exitCode = 1;
