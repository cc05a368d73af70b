import { getRequestListener } from '@hono/node-server';
import Fastify, { type RouteHandlerMethod } from 'fastify';
import { chat } from './chat.js';

const app = Fastify();
const listener = getRequestListener(chat.handle);

const answer: RouteHandlerMethod = async (request, reply) => {
  // The answer is the chat's, and no hook or serializer touches it.
  reply.hijack();
  await listener(request.raw, reply.raw);
};

// A scope of its own, in which no parser reads bodies before the chat does.
await app.register((scope, _options, done) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null));
  scope.all('/api/chat', answer);
  scope.all('/api/chat/*', answer);
  done();
});

const { PORT = '3000' } = process.env;
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
