/** What a scripted model says in one step. */
export interface Script {
  readonly text: string;
  readonly toolCall?: {
    readonly toolName: string;
    readonly input: Readonly<Record<string, string | number>>;
  };
}

/** All that an agent has to say. */
export interface Repertoire {
  readonly topics: readonly (readonly [RegExp, Script])[];
  readonly otherwise: Script;
}
