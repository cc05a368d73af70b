import type { Repertoire, Script } from './script.ts';

const DEPLOY: Script = {
  text: `The branch \`quiet-harbour\` is one commit ahead of \`main\`, and all checks are green. I would put its preview close to the reviewers and let it expire after a day.

Shall I go ahead? **Anybody in this room may answer**, now or after a reload.`,
  toolCall: {
    toolName: 'deployPreview',
    input: { branch: 'quiet-harbour', region: 'Frankfurt', expiresInHours: 24 },
  },
};

const LAUNCH: Script = {
  text: `Here is a plan that fits into one week:

1. **Monday:** freeze the words on the page. Nobody reads a page that still moves.
2. **Tuesday:** a preview for five friendly customers, and an hour to watch them.
3. **Wednesday:** mend what they stumbled over, and nothing else.
4. **Thursday:** publish at nine, while everybody is awake who can help.
5. **Friday:** answer every single reply by hand.

| Who | has to |
| --- | --- |
| Writing | finish the page and three mails |
| Engineering | keep the preview up, and watch the errors |
| Support | sit together from Thursday, nine o'clock |

The only hard date is Thursday. If the preview shows something bad, we move the launch and not the quality.`,
};

const HELLO: Script = {
  text: `Noted. I am a script rather than a model, so what I know is small, but everybody in this room reads the same answer at the same moment.

- Ask for a **launch plan**, and Otto and I will answer side by side.
- Ask me to **deploy a preview**, and anyone here may approve it.
- Open this page as somebody else, in a second window, and watch both.

Nobody has to be here for it: I finish what I am writing, and it waits for you in the log.`,
};

export const IRIS: Repertoire = {
  topics: [
    [/\b(deploy|preview|ship)\b/i, DEPLOY],
    [/\b(launch|plan|week)\b/i, LAUNCH],
  ],
  otherwise: HELLO,
};

export const IRIS_DEPLOYED: Script = {
  text: `The preview is up, at the address above. It may take a second to wake, needs no account, and removes itself tomorrow at this time.`,
};

export const IRIS_DENIED: Script = {
  text: `All right, nothing was deployed. Say *deploy a preview* whenever this room wants to see it running.`,
};
