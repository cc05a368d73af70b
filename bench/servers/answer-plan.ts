/** What the model is to do. It travels in the body of the POST. */
export interface AnswerPlan {
  readonly tokens: number;
  /** 0: as fast as it is read. */
  readonly everyMs: number;
  /** Say nothing more after the tokens, and do not end until released. */
  readonly hold?: boolean;
  /** What to say in the place of the time. */
  readonly word?: string;
  /**
   * Who says the tokens: a model through `streamText` (the default), or a
   * stream of ready UI message chunks, so that the way to the client alone is
   * measured.
   */
  readonly source?: 'model' | 'chunks';
}

export function answerPlanOf(body: unknown): AnswerPlan {
  if (typeof body === 'object' && body !== null && 'plan' in body) {
    // CAST: only our own client posts here.
    return body.plan as AnswerPlan;
  }
  throw new Error('The POST has no plan.');
}
