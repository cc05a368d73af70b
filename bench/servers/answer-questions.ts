export interface Question {
  readonly id: number;
  readonly name: string;
}

export interface Answer {
  readonly id: number;
  readonly value: unknown;
}

/** The child's side of a bench process: tells that it is up, then answers. */
export function answerQuestions(
  url: string,
  answers: Readonly<Record<string, () => unknown>>,
): void {
  const answer = async ({ id, name }: Question): Promise<void> => {
    process.send?.({ id, value: await answers[name]?.() });
  };
  process.on('message', (question: Question) => void answer(question));
  process.on('disconnect', () => process.exit(0));
  process.send?.({ id: 0, value: url });
}
