import { subscribe } from 'node:diagnostics_channel';
import { DurableStreamTestServer } from '@durable-streams/server';
import { answerQuestions } from './answer-questions.js';
import { processCpu } from './process-cpu.js';

// The process of the official streams server, in memory.
let requests = 0;
subscribe('http.server.request.start', () => {
  requests += 1;
});

const server = new DurableStreamTestServer({ port: 0 });
answerQuestions(await server.start(), {
  cpu: processCpu,
  requests: () => requests,
});
