import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';

/**
 * Counts the work of the package's own code: how often its functions and, within
 * those that were compiled since, its branches and loops were run.
 */
export class WorkMeter implements AsyncDisposable {
  readonly #session: Session;

  static async start(): Promise<WorkMeter> {
    // What is compiled anew would be counted otherwise than before, and what is
    // optimized would be counted no more.
    for (const flag of ['--no-flush-bytecode', '--no-maglev', '--no-opt']) {
      setFlagsFromString(flag);
    }
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    const precise = { callCount: true, detailed: true };
    await session.post('Profiler.startPreciseCoverage', precise);
    return new WorkMeter(session);
  }

  private constructor(session: Session) {
    this.#session = session;
  }

  /** What was run since it was last asked. */
  async take(): Promise<number> {
    const taken = await this.#session.post('Profiler.takePreciseCoverage');
    return taken.result
      .filter(({ url }) => OWN.test(url))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .reduce((sum, { count }) => sum + count, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
    for (const flag of ['--flush-bytecode', '--maglev', '--opt']) {
      setFlagsFromString(flag);
    }
  }
}

const OWN = /\/src\/[^?]*\.ts/;
