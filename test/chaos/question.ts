/** What a user asks for, and so what the answer has to be, to the letter. */
export interface Question {
  /** Unlike any other of the chat. */
  readonly name: string;
  readonly words: number;
  /** Before each word. */
  readonly delayMs: number;
  /** The model first asks a question back, which the page answers. */
  readonly asksBack: boolean;
}

export function questionText(question: Question): string {
  return JSON.stringify(question);
}

export function parseQuestion(text: string): Question {
  // CAST: whoever asks in here asks by `questionText`.
  return JSON.parse(text) as Question;
}

/** The words of the answer: no two are alike, so that none can be missed. */
export function answerWords({ name, words }: Question): readonly string[] {
  return Array.from({ length: words }, (_, index) => `${name}/${index} `);
}

export function answerText(question: Question): string {
  return answerWords(question).join('');
}
