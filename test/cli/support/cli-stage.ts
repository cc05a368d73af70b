import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

export interface CliStage {
  readonly streams: TestStreams;
  /** Empty at first, and removed at the end. */
  readonly dir: string;
}

/** A streams server and a folder, for all tests of a file. */
export function cliStage(): CliStage {
  let stage: CliStage | undefined;
  beforeAll(async () => {
    const streams = await startStreams();
    stage = { streams, dir: await mkdtemp(join(tmpdir(), 'cli-')) };
  });
  afterAll(async () => {
    if (stage === undefined) return;
    await stage.streams.stop();
    await rm(stage.dir, { recursive: true, force: true });
  });
  const given = (): CliStage => {
    if (stage === undefined) throw new Error('It stands while tests run.');
    return stage;
  };
  return {
    get streams() {
      return given().streams;
    },
    get dir() {
      return given().dir;
    },
  };
}
