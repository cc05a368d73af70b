import { Argument, Option, type Command } from 'commander';
import { endRuns, recoverChat, recoveredText } from './end-runs.js';
import { exportChat, type ExportOptions } from './export-chat.js';
import { importChat } from './import-chat.js';
import { openIo } from './output.js';
import { chatIdOf } from './parse-option.js';
import {
  collectHeaders,
  parseUrl,
  type StreamsLocation,
} from './streams-location.js';
import { tail } from './tail.js';
import type { Terminal } from './terminal.js';

/** What every command has that speaks to a streams server. */
export interface SharedOptions {
  readonly header?: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

export function addStreamsUrl(command: Command): Command {
  return command
    .addArgument(
      new Argument(
        '<url>',
        'where the chats are, as in streams.url of the app',
      ).argParser(parseUrl),
    )
    .addOption(
      new Option(
        '-H, --header <line>',
        'sent with every request, "Name: value"; @FILE reads such lines; may be repeated',
      ).argParser(collectHeaders),
    )
    .option('--json', 'print JSON, a line for each result; errors too');
}

const chatId = (): Argument =>
  new Argument('<chat>', 'the chat id').argParser(chatIdOf);

export function addChatCommands(program: Command, terminal: Terminal): void {
  addTail(program, terminal);
  addExport(program, terminal);
  addImport(program, terminal);
  addEnds(program, terminal);
}

const locationOf = (
  url: string,
  { header = {} }: SharedOptions,
): StreamsLocation => ({
  url,
  headers: header,
});

function addTail(program: Command, terminal: Terminal): void {
  type Options = SharedOptions & { from?: string; follow: boolean };
  addStreamsUrl(program.command('tail'))
    .addArgument(chatId())
    .summary('show the records of a chat as they arrive')
    .description(
      'Show the records of a chat as they arrive, until it is told to end.',
    )
    .option(
      '--from <offset>',
      'only those after this offset, as tail shows them',
    )
    .option('--no-follow', 'end where the log ends now')
    .action(async (url: string, chat: string, options: Options) => {
      const { from, follow } = options;
      const given = { chatId: chat, from, follow };
      await tail(
        locationOf(url, options),
        given,
        openIo(terminal, options.json),
      );
    });
}

function addExport(program: Command, terminal: Terminal): void {
  type Options = SharedOptions & {
    format: ExportOptions['format'];
    output?: string;
  };
  addStreamsUrl(program.command('export'))
    .addArgument(chatId())
    .summary('write a chat down, as JSON or Markdown')
    .description(
      'Write a chat down: as JSON, with every record and large part, for import;\n' +
        'or as Markdown, with its messages, tools and files, for people.',
    )
    .addOption(
      new Option('-f, --format <format>', 'json or markdown')
        .choices(['json', 'markdown'])
        .default('json'),
    )
    .option('-o, --output <file>', 'where to; default: stdout')
    .action(async (url: string, chat: string, options: Options) => {
      const { format, output: file } = options;
      const given = { chatId: chat, format, file };
      await exportChat(
        locationOf(url, options),
        given,
        openIo(terminal, options.json),
      );
    });
}

function addImport(program: Command, terminal: Terminal): void {
  type Options = SharedOptions & { chat?: string };
  addStreamsUrl(program.command('import'))
    .argument('<file>', 'what export wrote as JSON')
    .summary('make a chat of what export wrote')
    .description(
      'Make a chat of what export wrote. A chat that is there already is left alone.',
    )
    .addOption(
      new Option('--chat <id>', 'under another id than before').argParser(
        chatIdOf,
      ),
    )
    .action(async (url: string, file: string, options: Options) => {
      const given = { file, chatId: options.chat };
      await importChat(
        locationOf(url, options),
        given,
        openIo(terminal, options.json),
      );
    });
}

function addEnds(program: Command, terminal: Terminal): void {
  type Options = SharedOptions & { run?: string };
  const ends = [
    ['stop', 'stopped', 'stop the answer that is being written', 'stopped'],
    ['seal', 'interrupted', 'end an answer whose writer died', 'sealed'],
  ] as const;
  for (const [name, status, summary, done] of ends) {
    addStreamsUrl(program.command(name))
      .addArgument(chatId())
      .summary(summary)
      .description(
        `${summary[0]?.toUpperCase()}${summary.slice(1)}, on whatever server.`,
      )
      .option('--run <id>', 'this run alone; default: all that are active')
      .action(async (url: string, chat: string, options: Options) => {
        const streams = locationOf(url, options);
        const given = { chatId: chat, runId: options.run, status };
        const runs = (await endRuns(streams, given)).map(({ id }) => id);
        const text =
          runs.length === 0
            ? `Nothing to ${name}.`
            : `Run ${runs.join(', ')}: ${done}.`;
        await openIo(terminal, options.json).output.result(text, {
          chatId: chat,
          ended: runs,
        });
      });
  }
  addStreamsUrl(program.command('recover'))
    .addArgument(chatId())
    .summary('end what died in a chat, and complete its history')
    .description('End the runs whose writers died, and complete the history.')
    .action(async (url: string, chat: string, options: SharedOptions) => {
      const recovered = await recoverChat(locationOf(url, options), chat);
      const text = recoveredText(recovered);
      await openIo(terminal, options.json).output.result(text, recovered);
    });
}
