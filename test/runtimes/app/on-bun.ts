/** The app on Bun: `Bun.serve`. */
import { chatApp } from './chat-app.js';

declare const Bun: {
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    /** Seconds until Bun ends a connection on which nothing moves. */
    readonly idleTimeout: number;
    readonly fetch: (request: Request) => Promise<Response>;
  }): { readonly port: number };
};

const { STREAMS_URL = '', DIRECTOR_URL = '' } = process.env;
const settings = { streamsUrl: STREAMS_URL, directorUrl: DIRECTOR_URL };
const { port } = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 60,
  fetch: chatApp(settings),
});
console.log(`listening on http://127.0.0.1:${port}`);
