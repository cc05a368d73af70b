/**
 * Preloaded into the processes that tests start: `ai` is there what it is in
 * the test's own project, which an alias of vitest cannot see to.
 */
import { registerHooks } from 'node:module';

const { AI_PACKAGE = 'ai' } = process.env;

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    nextResolve(specifier.replace(/^ai(?=\/|$)/, AI_PACKAGE), context),
});
