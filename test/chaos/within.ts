/** Rejects where something that has to come to an end has not by then. */
export async function within<T>(
  work: Promise<T>,
  ms: number,
  what: string,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hangs = new Promise<never>((_, reject) => {
    const fail = (): void =>
      reject(new Error(`${what} hangs: no end after ${ms} ms.`));
    timer = setTimeout(fail, ms);
  });
  return Promise.race([work, hangs]).finally(() => clearTimeout(timer));
}
