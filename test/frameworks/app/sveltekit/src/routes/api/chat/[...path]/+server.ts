export {
  DELETE,
  GET,
  POST,
} from '../../../../../../../../../examples/servers/sveltekit/+server.js';
