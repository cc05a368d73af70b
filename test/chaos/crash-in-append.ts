import type { DurableStreamTestServer } from '@durable-streams/server';

/**
 * Where the streams server dies in an append whose data is on the disk already:
 * before it has noted who wrote it, or before it answers.
 */
export type CrashMoment = 'before-producer-state' | 'before-answer';

/** In an append of what: found by the text of its records. */
export type CrashRecord = 'start' | 'chunk' | 'end' | 'seal';

export interface CrashPoint {
  readonly record: CrashRecord;
  readonly moment: CrashMoment;
}

type FileStore = Pick<
  DurableStreamTestServer['store'],
  'appendWithProducer'
> & {
  readonly db: { put(...given: readonly unknown[]): unknown };
};

/** Makes a function that lets the process die in the next append of that kind. */
export function crashInAppend(
  server: DurableStreamTestServer,
  die: () => void,
): (point: CrashPoint) => void {
  // CAST: started with a `dataDir`, it has this store.
  const store = server.store as unknown as FileStore;
  let point: CrashPoint | undefined;
  const append = store.appendWithProducer.bind(store);
  const { db } = store;
  const put = db.put.bind(db);
  let doomed: string | undefined;
  store.appendWithProducer = async (path, data, options) => {
    const text = new TextDecoder().decode(data);
    if (point === undefined || !isOf(point.record, text)) {
      return append(path, data, options);
    }
    if (point.moment === 'before-producer-state') doomed = `stream:${path}`;
    const result = await append(path, data, options);
    // One that was refused has written nothing: wait for the next.
    if (result.message !== null) die();
    doomed = undefined;
    return result;
  };
  db.put = (key, ...given) => {
    if (key === doomed) die();
    return put(key, ...given);
  };
  return (next) => void (point = next);
}

function isOf(record: CrashRecord, text: string): boolean {
  const has = (field: string, value: string): boolean =>
    text.includes(`"${field}":"${value}"`);
  const isActive = has('status', 'active');
  const isChunk = has('type', 'chunk');
  switch (record) {
    case 'start':
      return isActive && has('type', 'message');
    case 'chunk':
      return isChunk && !has('type', 'run');
    case 'end':
      return has('status', 'done');
    case 'seal':
      if (isActive || isChunk) return false;
      return has('status', 'stopped') || has('status', 'interrupted');
  }
}
