import type { Repertoire, Script } from './script.ts';

const LAUNCH: Script = {
  text: `Before we all nod, three things that could go wrong:

- **Thursday at nine** is breakfast in New York and dinner in Singapore. Half of the people who should cheer are not at a desk.
- **Five friendly customers** are friendly. Ask two who left.
- **Answering by hand** works up to about two hundred replies. Who stops, and when?

> A plan is good when it says what we will *not* do.

I would cut Wednesday's list to the one thing that made somebody stop reading, and decide today who may call it off.`,
};

const DOUBT: Script = {
  text: `Speaking up because something was asked. My question back: **how would we notice that we are wrong?**

If the answer is a number, let us write it down here before we start. If it is a feeling, let us name the person whose feeling counts. Everything else can be changed later, and in this room it is even in the log.`,
};

export const OTTO: Repertoire = {
  topics: [[/\b(launch|plan|week)\b/i, LAUNCH]],
  otherwise: DOUBT,
};
