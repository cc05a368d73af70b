/** What is read as it changes. */
export interface Changing {
  /** Resolves at the next change; rejects when no more can come. */
  nextChange(): Promise<void>;
}

/** Whether it changes in this time. Rejects when it cannot any more. */
export async function changesWithin(
  source: Changing,
  ms: number,
): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isQuiet = new Promise<boolean>((resolve) => {
    // Over already where the process was suspended: Node would warn of that.
    timer = setTimeout(resolve, Math.max(0, ms), false);
  });
  const changes = source.nextChange().then(() => true);
  return Promise.race([changes, isQuiet]).finally(() => clearTimeout(timer));
}
