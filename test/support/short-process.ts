/**
 * A process that has a few chats, and nothing else to do: it ends when nothing
 * of ours keeps it. Started by `test/server/process-end.test.ts`.
 */
import { convertToModelMessages, streamText } from 'ai';
import { allowAnyone, createDurableChat } from '../../src/server/index.js';
import { scriptedModel, type ScriptedModel } from '../../src/testing/index.js';

type Scene = 'done' | 'left' | 'failed' | 'stopped' | 'stopped early';

const BASE = 'http://app.test/api/chat';
const streams = { url: process.env['STREAMS_URL'] ?? '' };

function chatOf(scene: Scene, model: ScriptedModel) {
  return createDurableChat({
    streams,
    authorize: allowAnyone(),
    respond: async ({ messages, abortSignal }) => {
      if (scene === 'failed') throw new Error('no');
      if (scene === 'stopped early') await new Promise(() => undefined);
      return streamText({
        model,
        messages: await convertToModelMessages(messages),
        abortSignal,
      });
    },
  });
}

function post(scene: Scene): Request {
  const parts = [{ type: 'text', text: 'Hi' }];
  const messages = [{ id: 'm', role: 'user', parts }];
  const body = JSON.stringify({ id: scene, messages });
  const headers = { 'content-type': 'application/json' };
  return new Request(BASE, { method: 'POST', headers, body });
}

async function play(scene: Scene): Promise<void> {
  const silence = { type: 'wait', ms: 60_000 } as const;
  const answer = { type: 'text', text: 'an answer' } as const;
  const model = scriptedModel(
    scene === 'stopped' ? [answer, silence] : [answer],
  );
  const chat = chatOf(scene, model);
  const answered = chat.handle(post(scene));
  if (scene === 'stopped') await model.called();
  if (scene.startsWith('stopped')) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await chat.stop(scene);
  }
  const response = await answered;
  if (scene === 'left') return response.body?.cancel();
  await response.text();
  const resume = new Request(`${BASE}/${scene}/stream?have=x`);
  await (await chat.handle(resume)).body?.cancel();
}

await play('done');
await play('left');
await play('failed');
await play('stopped');
await play('stopped early');
process.send?.('played');
process.disconnect?.();
