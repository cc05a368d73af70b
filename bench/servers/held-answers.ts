let held = Promise.withResolvers<void>();

/** Until the next {@link releaseAnswers}: for a plan that says `hold`. */
export function released(): Promise<void> {
  return held.promise;
}

/** Lets all answers end that wait now. */
export function releaseAnswers(): void {
  held.resolve();
  held = Promise.withResolvers();
}
