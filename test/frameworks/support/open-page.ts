import { vi } from 'vitest';
import type { Mount, MountedChat } from './mount.js';

/** A page with nothing on it but the example's chat, and who looks at it. */
export interface Page {
  /** A line for each message: `user: Hello`. */
  lines(): string[];
  alerts(): string[];
  /** Types into the field, sends, and sees what it has sent. */
  say(text: string): Promise<void>;
  press(name: 'Stop'): Promise<void>;
  /** Resolves when the newest line ends like this. */
  shows(words: string): Promise<void>;
  /** Resolves when nothing is under way, and the newest line ends like this. */
  rests(words: string): Promise<void>;
  leave(): Promise<void>;
}

export async function openPage(
  mount: Mount,
  props: MountedChat,
): Promise<Page> {
  const element = document.createElement('div');
  document.body.append(element);
  const leave = await mount(element, props);
  const textsOf = (selector: string): string[] =>
    [...element.querySelectorAll(selector)].map(({ textContent }) =>
      textContent.trim().replaceAll(/\s+/g, ' '),
    );
  const lines = (): string[] => textsOf('li');
  const shows = (words: string): Promise<void> =>
    until(() => lines().at(-1)?.endsWith(words) === true);
  const button = (name: string): Promise<HTMLButtonElement> =>
    found(() =>
      [...element.querySelectorAll('button')].find(
        ({ textContent }) => textContent.trim() === name,
      ),
    );
  return {
    lines,
    alerts: () => textsOf('[role=alert]'),
    shows,
    async say(text) {
      const send = await button('Send');
      const field = await found(() => element.querySelector('input'));
      field.value = text;
      field.dispatchEvent(new window.Event('input', { bubbles: true }));
      send.click();
      await until(() => lines().includes(`user: ${text}`));
    },
    press: async (name) => (await button(name)).click(),
    async rests(words) {
      await shows(words);
      await button('Send');
    },
    async leave() {
      await leave();
      element.remove();
    },
  };
}

const found = <T>(look: () => T | null | undefined): Promise<T> =>
  vi.waitUntil(look, { timeout: 20_000, interval: 5 }).then((it) => {
    if (it) return it;
    throw new Error('It is not there.');
  });

const until = async (isSo: () => boolean): Promise<void> =>
  void (await found(() => isSo() || undefined));
