/** The app on workerd: a module worker, without any of Node's modules. */
import { chatApp } from './chat-app.js';

interface Bindings {
  readonly STREAMS_URL: string;
  readonly DIRECTOR_URL: string;
}

interface Execution {
  waitUntil(promise: Promise<unknown>): void;
}

const worker = {
  /** A chat for each request, with the `waitUntil` of that very request. */
  fetch(
    request: Request,
    { STREAMS_URL, DIRECTOR_URL }: Bindings,
    execution: Execution,
  ): Promise<Response> {
    const app = chatApp({
      streamsUrl: STREAMS_URL,
      directorUrl: DIRECTOR_URL,
      waitUntil: (promise) => execution.waitUntil(promise),
    });
    return app(request);
  },
};

export default worker;
