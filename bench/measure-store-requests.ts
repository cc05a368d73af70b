import type { Contenders } from './contender.js';
import { readAnswer, send } from './read-answer.js';

const PLAN = { tokens: 500, everyMs: 10 };

/** Requests to the streams server for one answer, its history included. */
export async function measureStoreRequests({
  durable,
  streams,
}: Contenders): Promise<number> {
  await durable.app.cpu();
  const before = await streams.requests();
  await readAnswer(await send(durable.transport, PLAN), () => undefined);
  await durable.app.cpu();
  return (await streams.requests()) - before;
}
