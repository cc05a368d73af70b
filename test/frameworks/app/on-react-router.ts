/**
 * The resource route in an app of React Router, framework mode, as its compiler
 * would build it: `react-router build` makes such a server build of `app/`.
 */
import { serve } from '@hono/node-server';
import { createRequestHandler, type ServerBuild } from 'react-router';
import * as chat from '../../../examples/servers/react-router/api.chat.$.js';

type RouteModule = NonNullable<ServerBuild['routes'][string]>['module'];

const route = {
  id: 'routes/api.chat.$',
  path: 'api/chat/*',
  parentId: 'root',
  // CAST: the type does not know of resource routes, which have no component.
  module: chat as Partial<RouteModule> as RouteModule,
};

const build: ServerBuild = {
  entry: {
    module: { default: () => new Response('The page.', { status: 500 }) },
  },
  routes: {
    root: { id: 'root', path: '', module: { default: () => null } },
    [route.id]: route,
  },
  assets: {
    entry: { imports: [], module: '' },
    routes: {},
    url: '',
    version: '1',
  },
  publicPath: '/',
  assetsBuildDirectory: 'build/client',
  future: {},
  ssr: true,
  isSpaMode: false,
  prerender: [],
  routeDiscovery: { mode: 'initial', manifestPath: '/__manifest' },
};

const handle = createRequestHandler(build, 'production');
const { PORT } = process.env;
serve({
  fetch: (request) => handle(request),
  hostname: '127.0.0.1',
  port: Number(PORT),
});
