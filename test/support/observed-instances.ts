import type { DurableChatEvent } from 'ai-durable-transport/server';
import { expect } from 'vitest';
import type { ChatAppOptions } from './chat-app.js';
import { until } from './chat-client.js';
import { Traveller } from './journey.js';
import { numberAnswer } from './number-answer.js';
import { untilLogged } from './read-log.js';
import {
  startInstances,
  type Instance,
  type Instances,
} from './start-instances.js';
import { hasText } from './tabs.js';

export type EventOf<TYPE extends DurableChatEvent['type']> = Extract<
  DurableChatEvent,
  { type: TYPE }
>;

export interface ObservedInstances extends Instances {
  /** All that `onEvent` of an instance was told, in order. */
  told(instance: Instance): readonly DurableChatEvent[];
}

/** Instances that keep what they tell `onEvent`. */
export async function startObserved(
  options: ChatAppOptions,
): Promise<ObservedInstances> {
  const all: DurableChatEvent[][] = [[], []];
  const instances = await startInstances((index) => ({
    ...options,
    onEvent: (event) => {
      all[index]?.push(event);
      return options.onEvent?.(event);
    },
  }));
  return {
    ...instances,
    told: (instance) => all[instances.all.indexOf(instance)] ?? [],
  };
}

export function only<TYPE extends DurableChatEvent['type']>(
  events: readonly DurableChatEvent[],
  type: TYPE,
): EventOf<TYPE>[] {
  // CAST: those alone are left.
  return events.filter((event) => event.type === type) as EventOf<TYPE>[];
}

/** Each run begins once, ends once, and is not heard of after that. */
export function expectSound(events: readonly DurableChatEvent[]): void {
  const runs = new Map<string, string[]>();
  for (const event of events) {
    const { type } = event;
    if (type === 'resume-served' || type === 'run-sealed') continue;
    if (!('runId' in event) || event.runId === undefined) continue;
    const types = runs.get(event.runId) ?? [];
    runs.set(event.runId, [...types, type]);
  }
  expect(runs.size).toBeGreaterThan(0);
  for (const types of runs.values()) {
    expect(types.lastIndexOf('run-started')).toBe(0);
    expect(types.indexOf('run-ended')).toBe(types.length - 1);
  }
}

/** An answer that halts after `three`, which is stored, and who reads it. */
export async function halfWay(options: ChatAppOptions, chatId: string) {
  const { model, start, middle } = numberAnswer();
  start.open();
  const instances = await startObserved({ model, leaseMs: 1_500, ...options });
  const tab = new Traveller(instances.one, { id: chatId });
  const sent = tab.send();
  await until(tab.tab, hasText('three'));
  await untilLogged(options.streams, chatId, 'three');
  const end = async (): Promise<void> => {
    middle.open();
    await sent;
    await instances.one.settled();
  };
  return { instances, tab, end };
}
