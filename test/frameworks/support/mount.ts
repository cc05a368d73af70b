import '@angular/compiler';
import { createComponent, inputBinding } from '@angular/core';
import { createApplication } from '@angular/platform-browser';
import { mount as mountSvelte, unmount } from 'svelte';
import { createApp } from 'vue';
import { ChatComponent } from '../../../examples/angular/chat.component.js';
import SvelteChat from '../../../examples/svelte/Chat.svelte';
import VueChat from '../../../examples/vue/Chat.vue';

export interface MountedChat {
  readonly id: string;
  readonly api: string;
}

/** Puts the example's component into an element; what it returns takes it out. */
export type Mount = (
  element: Element,
  props: MountedChat,
) => Promise<() => unknown>;

const vue: Mount = async (element, props) => {
  const app = createApp(VueChat, { ...props });
  app.mount(element);
  return () => app.unmount();
};

const svelte: Mount = async (target, props) => {
  const mounted = mountSvelte(SvelteChat, { target, props: { ...props } });
  return () => unmount(mounted);
};

const angular: Mount = async (hostElement, { id, api }) => {
  const app = await createApplication();
  const chat = createComponent(ChatComponent, {
    environmentInjector: app.injector,
    hostElement,
    bindings: [inputBinding('id', () => id), inputBinding('api', () => api)],
  });
  app.attachView(chat.hostView);
  return () => app.destroy();
};

/** Each as an app of its framework starts it. */
export const MOUNTS = { Vue: vue, Svelte: svelte, Angular: angular };
