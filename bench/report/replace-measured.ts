import { readFile, writeFile } from 'node:fs/promises';

const BEGIN = '<!-- measured: begin -->';
const END = '<!-- measured: end -->';

/** Replaces the part of a page that stands between the marks. */
export async function replaceMeasured(
  path: URL,
  paragraphs: readonly string[],
): Promise<void> {
  const page = await readFile(path, 'utf8');
  const [before = '', rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${path.pathname} has no marks.`);
  const measured = [BEGIN, ...paragraphs, END].join('\n\n');
  await writeFile(path, `${before}${measured}${after}`);
}
