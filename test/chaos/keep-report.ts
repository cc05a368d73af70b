import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChaosReport } from './chaos-run.js';

/** Writes the logs of the chats and the story of the faults into a folder. */
export async function keepReport(
  { logs, story, problems }: ChaosReport,
  dir: string,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'story.txt'), story.join('\n'));
  await writeFile(join(dir, 'problems.txt'), problems.join('\n'));
  for (const [chatId, text] of logs) {
    await writeFile(join(dir, `${chatId}.jsonl`), text);
  }
}
