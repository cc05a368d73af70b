import { Window } from 'happy-dom';

/**
 * A page for React, and nothing else: vitest's own environment also puts its
 * `fetch`, `Response` and signals in the place of Node's, which the server in
 * the same process could not work with. To be imported before React is, which
 * renders as it does outside of tests: what happens, happens by itself here.
 */
export const window = new Window({ url: 'http://localhost/' });
Object.assign(globalThis, { window, document: window.document });
