import { spawn } from 'node:child_process';
import { Argument, type Command } from 'commander';
import { addStreamsUrl, type SharedOptions } from './chat-commands.js';
import { startInspector } from './inspect/inspector-server.js';
import { openIo } from './output.js';
import { chatIdOf, parsePort } from './parse-option.js';
import { fired, type Terminal } from './terminal.js';

interface Options extends SharedOptions {
  readonly port: number;
  readonly open?: true;
}

export function addInspectCommand(program: Command, terminal: Terminal): void {
  addStreamsUrl(program.command('inspect'))
    .addArgument(
      new Argument(
        '[chat...]',
        'chats to show, where the server lists none',
      ).argParser((text: string, before: string[] | undefined) => [
        ...(before ?? []),
        chatIdOf(text),
      ]),
    )
    .summary('look into chats, on a page of this machine')
    .description(
      'Serve a page on 127.0.0.1 that shows chats: runs, records as they arrive, and the\n' +
        'message at any offset. Its address holds a key: who has it may read and end chats.',
    )
    .option(
      '-p, --port <port>',
      'where the page is; 0 takes a free one',
      parsePort,
      0,
    )
    .option('--open', 'open the page in the browser')
    .action(
      async (
        url: string,
        chatIds: readonly string[] | undefined,
        options: Options,
      ) => {
        const { port, open = false, header = {}, json } = options;
        const io = openIo(terminal, json);
        const inspector = await startInspector(
          { url, headers: header },
          { port, chatIds: chatIds ?? [] },
        );
        await io.output.result(`Inspector of ${url} at\n${inspector.url}`, {
          url: inspector.url,
        });
        if (open) openInBrowser(inspector.url);
        await fired(io.signal);
        await inspector.close();
      },
    );
}

function openInBrowser(url: string): void {
  const [command, ...args] = openerOf(process.platform);
  const child = spawn(command, [...args, url], {
    stdio: 'ignore',
    detached: true,
  });
  // The address stands above: who has no browser here copies it.
  child.on('error', () => undefined);
  child.unref();
}

function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}
