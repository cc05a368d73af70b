/** What an app process is told at its start. */
export interface AppArguments {
  readonly kind:
    | 'plain'
    | 'durable'
    | 'aisdk-transport'
    | 'resumable-stream'
    | 'session';
  readonly storeUrl?: string | undefined;
  readonly flushIntervalMs?: number | undefined;
  /** Look at the memory every few milliseconds. */
  readonly watchMemory?: boolean | undefined;
}

/** The same, for the handler. */
export interface AppSetting extends AppArguments {
  readonly waitUntil: (work: Promise<unknown>) => void;
}
