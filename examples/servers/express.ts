import { getRequestListener } from '@hono/node-server';
import compression from 'compression';
import express from 'express';
import { chat } from './chat.js';

const app = express();
// Leaves streams alone: they say `no-transform`.
app.use(compression());
// Before any body parser: what one has read is gone.
app.all('/api/chat{/*path}', getRequestListener(chat.handle));
app.use(express.json());

const { PORT = '3000' } = process.env;
app.listen(Number(PORT), '127.0.0.1');
