/** What the model is to do. It travels in the body of the POST. */
export interface AnswerPlan {
  readonly tokens: number;
  /** 0: as fast as it is read. */
  readonly everyMs: number;
  /** Say nothing more after the tokens, and do not end until aborted. */
  readonly hold?: boolean;
}

export function answerPlanOf(body: unknown): AnswerPlan {
  if (typeof body === 'object' && body !== null && 'plan' in body) {
    // CAST: only our own client posts here.
    return body.plan as AnswerPlan;
  }
  throw new Error('The POST has no plan.');
}
