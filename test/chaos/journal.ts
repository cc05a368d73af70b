import type { Question } from './question.js';

/** An answer that a page has shown as complete: it may not be lost again. */
export interface Claim {
  readonly chatId: string;
  readonly messageId: string;
  readonly question: Question;
  /** `performance.now()` */
  readonly at: number;
  /** Whether another reader has found it in the log since. */
  readonly isConfirmed: boolean;
  /** Whether the user had asked for it to be stopped. */
  readonly wasStopped: boolean;
}

/** What the users of a run have done, and what they found wrong. */
export class Journal {
  readonly claims: Claim[] = [];
  readonly problems: string[] = [];
  readonly counts = {
    questions: 0,
    'answers that were read to their end': 0,
    'of them confirmed at once by another reader': 0,
    'answers that were stopped by the user': 0,
    'tries, of all questions': 0,
    'most tries of one question': 0,
    'pages loaded anew': 0,
    'second tabs': 0,
  };
}
