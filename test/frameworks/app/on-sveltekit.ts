/** The endpoint in an app of SvelteKit, on the kit's own server. */
import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { createServer } from 'vite';

const { PORT } = process.env;
const root = fileURLToPath(new URL('sveltekit', import.meta.url));
process.chdir(root);
const server = await createServer({
  root,
  configFile: false,
  plugins: [sveltekit({ outDir: 'node_modules/.svelte-kit' })],
  // As Node loads it for the other servers.
  ssr: { external: ['ai-durable-transport'] },
  logLevel: 'warn',
  server: { host: '127.0.0.1', port: Number(PORT), hmr: false },
});
await server.listen();
