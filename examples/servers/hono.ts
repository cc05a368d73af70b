import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { chat } from './chat.js';

const app = new Hono();
// Matches `/api/chat`, too.
app.all('/api/chat/*', ({ req }) => chat.handle(req.raw));

const { PORT = '3000' } = process.env;
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) });
