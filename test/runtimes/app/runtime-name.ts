interface Versions {
  readonly node?: string;
  readonly bun?: string;
  readonly deno?: string;
}

/** What this code runs on, by its own account: `Node 24.9.0`. */
export function runtimeName(): string {
  const { navigator } = globalThis;
  if (navigator?.userAgent === 'Cloudflare-Workers') return 'workerd';
  if ('EdgeRuntime' in globalThis) return 'Edge runtime';
  // CAST: looked up, not taken for granted.
  const { process } = globalThis as { process?: { versions?: Versions } };
  const { node, bun, deno } = process?.versions ?? {};
  if (bun !== undefined) return `Bun ${bun}`;
  if (deno !== undefined) return `Deno ${deno}`;
  return `Node ${node}`;
}
