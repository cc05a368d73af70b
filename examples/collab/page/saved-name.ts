const KEY = 'shared-room:name';

/** Who this browser was the last time. */
export function savedName(): string | undefined {
  return localStorage.getItem(KEY) ?? undefined;
}

export function saveName(name: string | undefined): void {
  if (name === undefined) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, name);
}
