import { answerQuestions } from './answer-questions.js';
import { durableHandler } from './durable-handler.js';
import { listen } from './http-adapter.js';
import { plainHandler } from './plain-handler.js';
import { processCpu } from './process-cpu.js';

// The process of an app: durable where it is given a streams server.
const [streamsUrl] = process.argv.slice(2);
const working = new Set<Promise<unknown>>();

function track(work: Promise<unknown>): void {
  working.add(work);
  void work.finally(() => working.delete(work));
}

async function cpuWhenIdle(): Promise<number> {
  while (working.size > 0) await Promise.all(working);
  return processCpu();
}

const handler =
  streamsUrl === undefined
    ? plainHandler
    : await durableHandler(streamsUrl, track);
answerQuestions(await listen(handler), { cpu: cpuWhenIdle });
