/** What the scripted model says in one step. */
export interface Script {
  readonly reasoning?: string;
  readonly text: string;
  readonly toolCall?: {
    readonly toolName: string;
    readonly input: Readonly<Record<string, string | number>>;
  };
}
