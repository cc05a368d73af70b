/** The app on Node: `node:http`, through an adapter for web requests. */
import { serve } from '../../support/serve.js';
import { chatApp } from './chat-app.js';

const { STREAMS_URL = '', DIRECTOR_URL = '' } = process.env;
const settings = { streamsUrl: STREAMS_URL, directorUrl: DIRECTOR_URL };
const { url } = await serve(chatApp(settings));
console.log(`listening on ${url}`);
