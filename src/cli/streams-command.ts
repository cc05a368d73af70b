import type { Command } from 'commander';
import { serveStreams } from '../embedded/index.js';
import { openIo } from './output.js';
import { parsePort } from './parse-option.js';
import { fired, type Terminal } from './terminal.js';

interface Options {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly token?: string;
  readonly json?: boolean;
}

export function addStreamsCommand(program: Command, terminal: Terminal): void {
  program
    .command('streams')
    .summary('serve streams from a folder, for one machine')
    .description(
      'Serve streams from a folder, for the apps of one machine, until it is told to end.\n' +
        'Needs the package @durable-streams/server.',
    )
    .option(
      '-p, --port <port>',
      'where it listens; 0 takes a free one',
      parsePort,
      4437,
    )
    .option(
      '--host <host>',
      'on which address; others than loopback need a token',
      '127.0.0.1',
    )
    .option('-d, --data <dir>', 'where the chats are kept', '.data/streams')
    .option(
      '--token <token>',
      'what clients send as "Authorization: Bearer <token>"; default: STREAMS_TOKEN of the environment',
    )
    .option('--json', 'print { url, dir } as JSON')
    .action((options: Options) => streams(options, terminal));
}

async function streams(options: Options, terminal: Terminal): Promise<void> {
  const { port, host, data: dir, json = false } = options;
  const { output, signal } = openIo(terminal, json);
  const token = options.token ?? (process.env['STREAMS_TOKEN'] || undefined);
  const server = await serveStreams({ dir, port, host, token });
  const { url } = server;
  await output.result(`Streams at ${url}, kept in ${dir}`, { url, dir });
  await fired(signal);
  await server.close();
  output.note('Closed.');
}
