import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A page in one document, and the policy that lets nothing else run in it. */
export interface PageDocument {
  readonly html: string;
  readonly policy: string;
}

/** Beside the bundle that this is part of; from the sources, in `dist` as well. */
const PLACE = import.meta.url.endsWith('.ts')
  ? '../../../dist/cli/page/'
  : './page/';

export async function loadPageDocument(): Promise<PageDocument> {
  const [script, style] = await Promise.all([
    readBuilt('main.js'),
    readBuilt('main.css'),
  ]);
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inspector</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body><div id="app"></div><script type="module">${script}</script></body>
</html>`,
    policy: [
      "default-src 'none'",
      `script-src '${hash(script)}'`,
      `style-src '${hash(style)}'`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

const readBuilt = (name: string): Promise<string> =>
  readFile(new URL(`${PLACE}${name}`, import.meta.url), 'utf8');

const hash = (text: string): string =>
  `sha256-${createHash('sha256').update(text).digest('base64')}`;
