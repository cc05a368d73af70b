import type { Script } from '@/lib/script/script';

export const DEPLOY: Script = {
  reasoning: `The branch is one commit ahead of main and its checks are green, so nothing speaks against a preview. It should sit close to the reviewers: Frankfurt. Previews cost money while they idle, so it should expire by itself. Deploying has side effects outside of this chat, so I ask first.`,
  text: `The branch \`quiet-harbour\` is ready: one commit ahead of \`main\`, all checks green.

I would put a preview of it close to the reviewers and let it expire after a day:

- **Region:** Frankfurt, because three of four reviewers are in Europe
- **Lifetime:** 24 hours, then it removes itself
- **Data:** a fresh seed, never production

Shall I go ahead? You may also close this tab and answer later, from any device: the question waits in the log.`,
  toolCall: {
    toolName: 'deployPreview',
    input: { branch: 'quiet-harbour', region: 'Frankfurt', expiresInHours: 24 },
  },
};

export const DEPLOYED: Script = {
  text: `The preview is up.

1. **Open it** at the address above; it may take a second to wake.
2. **Share it** with the reviewers: it needs no account.
3. **Forget it.** In 24 hours it removes itself.

This answer continues the *same message* that asked you, so a reload in the middle of it shows the reasoning, the question and your approval too, not just these last lines.`,
};

export const DEPLOY_DENIED: Script = {
  text: `All right, nothing was deployed.

The branch stays as it is. Say *deploy a preview* whenever you want to see it running, or tell me another region or lifetime.`,
};
