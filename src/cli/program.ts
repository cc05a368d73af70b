import { Command, CommanderError } from 'commander';
import { addChatCommands } from './chat-commands.js';
import { failureOf } from './failure.js';
import { addInspectCommand } from './inspect-command.js';
import { packageVersion } from './package-version.js';
import { addStreamsCommand } from './streams-command.js';
import type { Terminal } from './terminal.js';

const USAGE = 2;
const FAILED = 1;

const EXAMPLES = `
Examples:
  npx ai-durable-transport streams --data .data/chats
  npx ai-durable-transport inspect http://127.0.0.1:4437 --open
  npx ai-durable-transport tail http://127.0.0.1:4437 chat-1
  npx ai-durable-transport export http://127.0.0.1:4437 chat-1 -o chat-1.json

The streams url is what the app gives createDurableChat as streams.url.
docs/command-line.md in its repository shows each command with its output.`;

/** Runs a command line. Resolves to the exit code: 1 failed, 2 wrong usage. */
export async function runProgram(
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const isJson = args.includes('--json');
  try {
    await createProgram(terminal, isJson).parseAsync([...args], {
      from: 'user',
    });
    return 0;
  } catch (error) {
    const isUsage = error instanceof CommanderError;
    // It has shown the help, or the version.
    if (isUsage && error.exitCode === 0) return 0;
    const { message, ...code } = failureOf(error);
    const said = message.replace(/^error: /, '');
    if (isJson) {
      const failure = { error: { ...code, message: said } };
      terminal.writeError(`${JSON.stringify(failure)}\n`);
    } else if (!isUsage) terminal.writeError(`error: ${said}\n`);
    return isUsage ? USAGE : FAILED;
  }
}

function createProgram(terminal: Terminal, isJson: boolean): Command {
  const program = new Command('ai-durable-transport')
    .description(
      'Durable AI SDK chats from the command line: serve, look into, move and mend them.',
    )
    .version(packageVersion(), '-v, --version', 'Print the version.')
    .helpOption('-h, --help', 'Show this help.')
    .helpCommand('help [command]', 'Show the help of a command.')
    .showHelpAfterError('(--help shows how it is used.)')
    .configureOutput({
      writeOut: (text) => void terminal.write(text),
      // Of wrong usage; with `--json` that is told as every other error is.
      writeErr: (text) => {
        if (!isJson) terminal.writeError(text);
      },
    })
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  addStreamsCommand(program, terminal);
  addInspectCommand(program, terminal);
  addChatCommands(program, terminal);
  return program;
}
