/** Tells its parent which `ai` it would import. */
process.send?.(import.meta.resolve('ai'));
process.disconnect?.();
