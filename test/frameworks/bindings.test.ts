import {
  startStreams,
  type FaultStep,
  type TestStreams,
} from 'ai-durable-transport/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberAnswer, NUMBERS } from '../support/number-answer.js';
import { openScene } from '../support/scene.js';
import { MOUNTS } from './support/mount.js';
import { openPage } from './support/open-page.js';

let streams: TestStreams;
beforeAll(async () => {
  streams = await startStreams();
});
afterAll(() => streams.stop());

/** The answer that is asked for, and twice what would resume it. */
const DROPS: FaultStep[] = [
  { kind: 'cut', afterFrames: 4, when: { method: 'POST' } },
  { kind: 'status', status: 502, when: { url: '/stream' } },
  { kind: 'end', afterFrames: 2, when: { url: '/stream' } },
];

describe.concurrent.each(Object.entries(MOUNTS))(
  'the chat of %s',
  (name, mount) => {
    it('shows an answer as it comes, and asks on with all that was said', async () => {
      const { model, start, middle } = numberAnswer();
      start.open();
      await using scene = await openScene({ streams, model });
      const page = await openPage(mount, {
        api: scene.api,
        id: `${name}-plain`,
      });
      await page.say('Count!');
      await page.shows('three');
      expect(page.lines()).toEqual([
        'user: Count!',
        'assistant: one two three',
      ]);
      middle.open();
      await page.rests('six');
      await page.say('Again!');
      await page.rests('six');
      const lines = ['user: Count!', `assistant: ${NUMBERS}`];
      expect(page.lines()).toEqual([
        ...lines,
        'user: Again!',
        `assistant: ${NUMBERS}`,
      ]);
      expect(model.calls[1]?.options.prompt).toHaveLength(3);
      await page.leave();
    });

    it('shows all of an answer once whose connections drop', async () => {
      const { model, start, middle } = numberAnswer();
      start.open();
      middle.open();
      await using scene = await openScene({ streams, model, script: DROPS });
      const page = await openPage(mount, {
        api: scene.api,
        id: `${name}-drops`,
      });
      await page.say('Count!');
      await page.rests('six');
      expect(page.lines()).toEqual(['user: Count!', `assistant: ${NUMBERS}`]);
      expect(page.alerts()).toEqual([]);
      expect(scene.proxy.requests).toHaveLength(DROPS.length + 2);
      await page.leave();
    });

    it('shows all of an answer once whose page is loaded anew in its middle', async () => {
      const { model, start, middle } = numberAnswer();
      start.open();
      await using scene = await openScene({ streams, model });
      const props = { api: scene.api, id: `${name}-reload` };
      const first = await openPage(mount, props);
      await first.say('Count!');
      await first.shows('three');
      await first.leave();
      const page = await openPage(mount, props);
      await page.shows('three');
      expect(page.lines()).toEqual([
        'user: Count!',
        'assistant: one two three',
      ]);
      middle.open();
      await page.rests('six');
      expect(page.lines()).toEqual(['user: Count!', `assistant: ${NUMBERS}`]);
      expect(model.calls).toHaveLength(1);
      await page.leave();
    });

    it('stops an answer where it is made, and keeps what there is', async () => {
      const { model, start } = numberAnswer();
      start.open();
      await using scene = await openScene({ streams, model });
      const props = { api: scene.api, id: `${name}-stop` };
      const page = await openPage(mount, props);
      await page.say('Count!');
      await page.shows('three');
      await page.press('Stop');
      const call = await model.called();
      expect(await call.ended).toBe('aborted');
      await page.rests('three');
      await page.leave();
      await scene.stored();
      const later = await openPage(mount, props);
      await later.rests('three');
      expect(later.lines()).toEqual([
        'user: Count!',
        'assistant: one two three',
      ]);
      expect(later.alerts()).toEqual([]);
      await later.leave();
    });
  },
);
