import { aisdkTransportHandler } from './aisdk-transport-handler.js';
import { answerQuestions } from './answer-questions.js';
import type { AppArguments, AppSetting } from './app-setting.js';
import { durableHandler } from './durable-handler.js';
import { releaseAnswers } from './held-answers.js';
import { listen, type Handler } from './http-adapter.js';
import { MemoryWatch } from './memory-watch.js';
import { plainHandler } from './plain-handler.js';
import { processCpu } from './process-cpu.js';
import { resumableStreamHandler } from './resumable-stream-handler.js';
import { sessionHandler } from './session-handler.js';

// The process of an app.
const working = new Set<Promise<unknown>>();

function track(work: Promise<unknown>): void {
  working.add(work);
  void work.finally(() => working.delete(work));
}

async function cpuWhenIdle(): Promise<number> {
  while (working.size > 0) await Promise.all(working);
  return processCpu();
}

function handlerOf(setting: AppSetting): Handler | Promise<Handler> {
  switch (setting.kind) {
    case 'plain':
      return plainHandler;
    case 'durable':
      return durableHandler(setting);
    case 'aisdk-transport':
      return aisdkTransportHandler(setting);
    case 'resumable-stream':
      return resumableStreamHandler(setting);
    case 'session':
      return sessionHandler(setting);
  }
}

// CAST: only our own bench starts this process.
const given = JSON.parse(process.argv[2] ?? '') as AppArguments;
const memory = new MemoryWatch();
if (given.watchMemory === true) memory.begin();
const handler = await handlerOf({ ...given, waitUntil: track });
answerQuestions(await listen(handler), {
  cpu: cpuWhenIdle,
  memory: () => memory.read(),
  release: releaseAnswers,
});
