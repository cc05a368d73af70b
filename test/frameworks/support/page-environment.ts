import { Window } from 'happy-dom';
import type { Environment } from 'vitest/runtime';

/** What compilers of components make takes from a page as globals. */
const OF_A_PAGE = [
  'document',
  'Node',
  'Element',
  'HTMLElement',
  'SVGElement',
  'ShadowRoot',
  'Document',
  'Text',
  'Comment',
  'CustomEvent',
  'MutationObserver',
  'HTMLMediaElement',
] as const;

/**
 * A page for compiled components, and nothing else: all of happy-dom would put
 * its `fetch`, `Response` and signals in the place of Node's, which the server
 * in the same process could not work with. Modules are what browsers get.
 */
const page: Environment = {
  name: 'page',
  viteEnvironment: 'client',
  setup(global) {
    const window = new Window({ url: 'http://localhost/' });
    const globals = Object.fromEntries(
      OF_A_PAGE.map((name) => [name, window[name]]),
    );
    Object.assign(global, { window, ...globals });
    return { teardown: () => window.happyDOM.close() };
  },
};

export default page;
