import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  appendPlain,
  createStream,
  deleteStream,
  headStream,
  type StreamTarget,
} from '../../src/log/index.js';
import { CuttingProxy } from './cutting-proxy.js';
import { batchOf, QUICK, readNumbers } from './log-fixtures.js';
import { STORES, StreamsServer } from './streams-server.js';

describe.each(STORES)('a stream on a %s store', (store) => {
  let streams: StreamsServer;
  let proxy: CuttingProxy;
  let path: string;
  let target: StreamTarget;
  let cuttable: StreamTarget;

  beforeAll(async () => {
    streams = await StreamsServer.start(store);
    proxy = await CuttingProxy.start(streams.port);
  });
  afterAll(async () => {
    await proxy.stop();
    await streams.dispose();
  });
  beforeEach(() => {
    path = `/${crypto.randomUUID()}/log`;
    target = streams.target(path);
    cuttable = streams.target(path, proxy.port);
  });

  const retry = QUICK;

  it('is created with its first records in one request', async () => {
    const created = await createStream(target, { body: batchOf(0, 1), retry });
    const { offset } = await headStream(target, { retry });
    expect(created).toEqual({ kind: 'created', offset });
    expect(await readNumbers(target)).toEqual([0, 1]);
  });

  it('is left as it is when it is created again', async () => {
    await createStream(target, { body: batchOf(0), retry });
    const again = await createStream(target, { body: batchOf(1), retry });
    const { offset } = await headStream(target, { retry });
    expect(again).toEqual({
      kind: 'existed',
      offset,
      closed: false,
      repeated: false,
    });
    expect(await readNumbers(target)).toEqual([0]);
  });

  it('tells a creation that may be its own from that of another', async () => {
    proxy.cutNext({ kind: 'answer', afterBytes: 0 });
    const outcome = await createStream(cuttable, { body: batchOf(0), retry });
    expect(outcome).toMatchObject({ kind: 'existed', repeated: true });
    expect(await readNumbers(target)).toEqual([0]);
  });

  it('is created once when the request was cut before it arrived', async () => {
    proxy.cutNext({ kind: 'request' });
    const outcome = await createStream(cuttable, { body: batchOf(0), retry });
    expect(outcome).toMatchObject({ kind: 'created' });
    expect(await readNumbers(target)).toEqual([0]);
  });

  it('existed, too, where it is otherwise than it was asked for', async () => {
    await createStream(target, { body: batchOf(0), closed: true, retry });
    const { offset } = await headStream(target, { retry });
    const outcome = await createStream(target, { retry });
    expect(outcome).toMatchObject({ kind: 'existed', offset, closed: true });
  });

  it('holds bytes of any type, closed for good', async () => {
    const body = new Uint8Array([0, 255, 1]);
    const options = { body, closed: true, contentType: 'image/png', retry };
    expect(await createStream(target, options)).toMatchObject({
      kind: 'created',
    });
    const response = await fetch(target.url);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
  });

  it('says where it ends and whether it is closed', async () => {
    expect(await headStream(target, { retry })).toEqual({
      exists: false,
      offset: undefined,
      closed: false,
    });
    const { offset } = await createStream(target, { closed: true, retry });
    expect(await headStream(target, { retry })).toEqual({
      exists: true,
      offset,
      closed: true,
    });
  });

  it('takes plain appends, at least once', async () => {
    await createStream(target, { retry });
    proxy.cutNext({ kind: 'answer', afterBytes: 0 });
    const appended = await appendPlain(cuttable, { body: batchOf(0), retry });
    expect(appended).toBe('accepted');
    expect(await readNumbers(target)).toEqual([0, 0]);
  });

  it('is missing for a plain append until it is created', async () => {
    const appended = appendPlain(target, { body: batchOf(0), retry });
    expect(await appended).toBe('missing');
  });

  it('refuses a plain append when it is closed', async () => {
    await createStream(target, { closed: true, retry });
    const appended = appendPlain(target, { body: batchOf(0), retry });
    await expect(appended).rejects.toMatchObject({
      code: 'rejected',
      status: 409,
    });
  });

  it('is deleted, also when that is repeated or there was none', async () => {
    await createStream(target, { retry });
    proxy.cutNext({ kind: 'answer', afterBytes: 0 });
    await deleteStream(cuttable, { retry });
    await deleteStream(target, { retry });
    expect(await headStream(target, { retry })).toMatchObject({
      exists: false,
    });
  });

  it('reuses one connection for request after request', async () => {
    await createStream(cuttable, { retry });
    const before = proxy.clients;
    for (let n = 0; n < 20; n += 1) {
      await appendPlain(cuttable, { body: batchOf(n), retry });
      await headStream(cuttable, { retry });
      await createStream(cuttable, { retry });
    }
    expect(proxy.clients).toBeLessThanOrEqual(before);
  });
});
