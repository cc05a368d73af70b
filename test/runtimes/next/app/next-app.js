import { after } from 'next/server';
import { chatApp } from '../../dist/chat-app.mjs';

/** The app as a route of Next, mounted at `root`: what the route exports. */
export function nextApp(root) {
  let app;
  const handle = (request) => {
    // Not before a request comes: building loads the route, and has no store.
    app ??= chatApp({
      streamsUrl: process.env.STREAMS_URL,
      directorUrl: process.env.DIRECTOR_URL,
      waitUntil: after,
      root,
    });
    return app(request);
  };
  return { GET: handle, POST: handle, PUT: handle, DELETE: handle };
}
