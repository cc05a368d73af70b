/** Ids that are the same each time: `{name}-1`, `{name}-2` and so on. */
export function sequence(name: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${name}-${count}`;
  };
}
