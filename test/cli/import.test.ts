import { startStreams } from 'ai-durable-transport/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headStream, logTarget } from '../../src/log/index.js';
import { documentText } from '../../src/cli/chat-document.js';
import { sequence } from '../support/sequence.js';
import { cliStage } from './support/cli-stage.js';
import { exported } from './support/exported.js';
import { leaveChat } from './support/leave-chat.js';
import { runCli } from './support/run-cli.js';

const stage = cliStage();
const nextChat = sequence('import é');
const exists = async (chatId: string): Promise<boolean> =>
  (await headStream(logTarget(stage.streams, chatId))).exists;

/** A file with these records, and whatever else is said. */
async function fileOf(
  name: string,
  records: readonly unknown[],
): Promise<string> {
  const file = join(stage.dir, name);
  const document = { chatId: name, records, blobs: [] };
  await writeFile(file, [...documentText(document)].join(''));
  return file;
}

describe('import', () => {
  it('leaves a chat alone that is there already', async () => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId);
    const before = await exported(stage.streams, chatId);
    const file = join(stage.dir, 'again.json');
    await writeFile(file, before);
    const { code, stderr } = await runCli(
      'import',
      stage.streams.url,
      file,
      '--json',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'rejected' } });
    expect(await exported(stage.streams, chatId)).toBe(before);
  });

  it('says which record is wrong, and begins nothing', async () => {
    const right = {
      type: 'app-note',
      key: 'n',
      value: 1,
      headers: { operation: 'insert' },
    };
    const wrong = { ...right, type: 'run', value: { id: 'n' } };
    const file = await fileOf('wrong', [right, wrong]);
    const { code, stderr } = await runCli('import', stage.streams.url, file);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: The file cannot be imported: the value.messageId of record 2 is wrong.\n',
    );
    expect(await exists('wrong')).toBe(false);
  });

  it('refuses a file that was cut off, wherever that was', async () => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId);
    const whole = (await exported(stage.streams, chatId)).trimEnd();
    const moved = JSON.stringify('cut off');
    const text = whole.replace(JSON.stringify(chatId), moved);
    const file = join(stage.dir, 'cut.json');
    for (let end = 0; end < text.length; end += 97) {
      await writeFile(file, text.slice(0, end));
      const { code, stderr } = await runCli('import', stage.streams.url, file);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: 'error: The file cannot be imported: it is not JSON.\n',
      });
    }
    expect(await exists('cut off')).toBe(false);
  });

  it.each<[string, [string | RegExp, string, string]]>([
    [
      'a large part of another size',
      ['"bytes":32', '"bytes":33', 'does not hold'],
    ],
    [
      'a chat id that is no chat id',
      [/"chatId": "[^"]*"/, '"chatId": "a/b"', 'slashes'],
    ],
  ])('refuses %s', async (_, [what, instead, why]) => {
    const chatId = nextChat();
    await leaveChat(stage.streams, chatId);
    const whole = await exported(stage.streams, chatId);
    const changed = whole.replace(what, instead);
    expect(changed).not.toBe(whole);
    const file = join(stage.dir, 'changed.json');
    await writeFile(file, changed);
    const { code, stderr } = await runCli(
      'import',
      stage.streams.url,
      file,
      '--chat',
      nextChat(),
    );
    expect(code).toBe(1);
    expect(stderr).toContain(why);
  });

  it('leaves nothing behind where it does not come to its end', async () => {
    const record = (key: number): object => ({
      type: 'app-note',
      key: String(key),
      value: key,
      headers: { operation: 'insert' },
    });
    const records = Array.from({ length: 1_200 }, (_, key) => record(key));
    const file = await fileOf('half', records);
    await using broken = await startStreams();
    let posts = 0;
    broken.script = ({ method }) => {
      posts += method === 'POST' ? 1 : 0;
      return posts > 1 && method === 'POST'
        ? { kind: 'status', status: 400 }
        : { kind: 'pass' };
    };
    const { code, stderr } = await runCli('import', broken.url, file);
    expect(code).toBe(1);
    expect(stderr).toContain('status 400');
    expect(posts).toBe(2);
    expect(await headStream(logTarget(broken, 'half'))).toMatchObject({
      exists: false,
    });
  });
});
