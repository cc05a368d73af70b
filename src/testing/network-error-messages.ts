/**
 * How browsers and Node word a lost connection, as a `TypeError`: before the
 * response, and in the middle of its body. The AI SDK looks at these words
 * (ai/src/ui/chat.ts, `isDisconnect`).
 */
export const networkErrorMessages = {
  chromium: { request: 'Failed to fetch', body: 'network error' },
  firefox: {
    request: 'NetworkError when attempting to fetch resource.',
    body: 'Error in input stream',
  },
  safari: { request: 'Load failed', body: 'Load failed' },
  node: { request: 'fetch failed', body: 'terminated' },
} as const;
