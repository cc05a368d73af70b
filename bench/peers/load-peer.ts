/** Imports a package of this folder, whose types nobody needs to have. */
export function loadPeer(name: string): Promise<unknown> {
  return import(name);
}
