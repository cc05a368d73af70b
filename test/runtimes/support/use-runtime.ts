import { startStreams, type TestStreams } from 'ai-durable-transport/testing';
import { afterAll, beforeAll } from 'vitest';
import { Director } from './director.js';
import { runtimeUnderTest } from './runtimes.js';
import { startInstance, type Instance } from './start-instance.js';

/** What the tests of a file share: a streams server, and an app that runs. */
export class RunningApp {
  readonly runtime = runtimeUnderTest();
  #streams: TestStreams | undefined;
  #director: Director | undefined;
  #instance: Instance | undefined;

  get streams(): TestStreams {
    return running(this.#streams);
  }

  get director(): Director {
    return running(this.#director);
  }

  get origin(): string {
    return running(this.#instance).origin;
  }

  get api(): string {
    return this.apiOf(running(this.#instance));
  }

  apiOf({ origin }: Pick<Instance, 'origin'>): string {
    return `${origin}${this.runtime.root}/chat`;
  }

  async open(): Promise<void> {
    this.#streams = await startStreams();
    this.#director = await Director.start();
    this.#instance = await this.startAnother();
  }

  /** Another instance of the same app, on the same streams server. */
  startAnother(): Promise<Instance> {
    return startInstance(this.runtime, {
      STREAMS_URL: this.streams.url,
      DIRECTOR_URL: this.director.url,
    });
  }

  async close(): Promise<void> {
    await this.#instance?.kill();
    await this.#director?.close();
    await this.#streams?.stop();
  }
}

/** Gives the tests of this file the app on this project's runtime. */
export function useRuntime(): RunningApp {
  const app = new RunningApp();
  beforeAll(() => app.open());
  afterAll(() => app.close());
  return app;
}

function running<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The app runs in tests only.');
  return part;
}
