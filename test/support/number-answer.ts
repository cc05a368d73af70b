import {
  scriptedModel,
  type ScriptedModel,
} from 'ai-durable-transport/testing';
import { gate, type Gate } from './gate.js';

/** What the model of `numberAnswer` says. */
export const NUMBERS = 'one two three four five six';

/** An answer that halts twice, so that a test may do something meanwhile. */
export interface NumberAnswer {
  readonly model: ScriptedModel;
  /** Before the first word. */
  readonly start: Gate;
  /** After `three`. */
  readonly middle: Gate;
}

export function numberAnswer(): NumberAnswer {
  const start = gate();
  const middle = gate();
  const model = scriptedModel([
    { type: 'wait', until: start.opened },
    { type: 'part', part: { type: 'text-start', id: 'text' } },
    ...words('one two three'),
    { type: 'wait', until: middle.opened },
    ...words(' four five six'),
    { type: 'part', part: { type: 'text-end', id: 'text' } },
  ]);
  return { model, start, middle };
}

function words(text: string) {
  return (text.match(/\s?\w+/g) ?? []).map((delta) => ({
    type: 'part' as const,
    part: { type: 'text-delta' as const, id: 'text', delta },
  }));
}
