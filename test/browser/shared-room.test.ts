import { describe, expect, it, vi } from 'vitest';
import { COLLAB, ExampleServer } from './support/example-server.js';
import type { RoomTab } from './support/room-tab.js';
import { useStage } from './support/stage.js';

/** What both agents answer, and how each of them ends. */
const LAUNCH = {
  prompt: 'How should we plan launch week?',
  iris: 'we move the launch and not the quality.',
  otto: 'decide today who may call it off.',
};
const HELLO = {
  prompt: 'Hello, everybody',
  early: 'everybody in this room reads the same answer',
  end: 'it waits for you in the log.',
};
const DEPLOYED = 'removes itself tomorrow at this time.';
const DENIED = 'All right, nothing was deployed.';
const EITHER = /removes itself tomorrow at this time|nothing was deployed/;

const PATIENCE = { timeout: 20_000, interval: 100 };

const stage = useStage(COLLAB);

/** Ann on two devices and Ben on one, in a new room. */
async function enterRoom(origin?: string) {
  const devices = [
    await stage.startDevice(origin),
    await stage.startDevice(origin),
    await stage.startDevice(origin),
  ] as const;
  const ann = await devices[0].enterRoom('Ann');
  const phone = await devices[1].enterRoom('Ann', ann.path);
  const ben = await devices[2].enterRoom('Ben', ann.path);
  return { ann, phone, ben, devices, tabs: [ann, phone, ben] };
}

/** Resolves to what was said, once every tab shows that and nothing else. */
async function saidEverywhere(tabs: readonly RoomTab[]) {
  await Promise.all(tabs.map((tab) => tab.isQuiet()));
  return vi.waitFor(async () => {
    const [first, ...others] = await Promise.all(tabs.map((tab) => tab.said()));
    for (const other of others) expect(other).toEqual(first);
    return first ?? [];
  }, PATIENCE);
}

const authors = (said: Awaited<ReturnType<typeof saidEverywhere>>) =>
  said.map(({ author }) => author);

describe('a shared room', () => {
  it('[A48] shows an idle tab what another says, and its answer, while it is written', async () => {
    const { ann, phone, ben, tabs } = await enterRoom();
    await ann.say(HELLO.prompt);

    await Promise.all([
      ben.hears('Ann', HELLO.prompt),
      phone.hears('Ann', HELLO.prompt),
    ]);
    await ben.hears('iris', HELLO.early);
    expect(await ben.live.count()).toBe(1);
    await ben.page.reload();
    await ben.hears('iris', HELLO.end);

    expect(authors(await saidEverywhere(tabs))).toEqual(['Ann', 'iris']);
  });

  it('[A49] has two users and two agents speak at once, and is equal on every device', async () => {
    const { ann, ben, phone, tabs } = await enterRoom();
    await Promise.all([ann.say(LAUNCH.prompt), ben.say(HELLO.prompt)]);

    await phone.live.nth(1).waitFor();
    await Promise.all(
      tabs.flatMap((tab) => [
        tab.hears('iris', LAUNCH.iris),
        tab.hears('otto', LAUNCH.otto),
        tab.hears('iris', HELLO.end),
      ]),
    );

    const said = await saidEverywhere(tabs);
    const once = ['Ann', 'Ben', 'iris', 'iris', 'otto'];
    expect(authors(said).toSorted()).toEqual(once);
    await phone.page.reload();
    expect(await saidEverywhere(tabs)).toEqual(said);
    const late = await (await stage.startDevice()).enterRoom('Cem', ann.path);
    await late.hears('otto', LAUNCH.otto);
    expect(await late.said()).toEqual(said);
  });

  it('[A51] tells who is there, per device, and who types', async () => {
    const { ann, phone, ben, devices } = await enterRoom();
    await ben.person('Ann', 'online').getByText('on 2 devices').waitFor();
    await ann.person('Ben', 'online').waitFor();

    await ben.one('composer').fill('I am thin');
    await ann.one('typing').getByText('Ben is typing').waitFor();
    await ben.one('composer').press('Enter');
    await expect.poll(() => ann.one('typing').textContent(), PATIENCE).toBe('');

    await phone.page.close();
    await ben
      .person('Ann', 'online')
      .getByText('here', { exact: true })
      .waitFor();
    await devices[2].close();
    await ann.person('Ben', 'offline').waitFor();
  });

  it('[A52] takes the first of two answers to an approval, and deploys once', async () => {
    const { ann, phone, ben, tabs } = await enterRoom();
    await ann.say('Deploy a preview of my branch');
    await Promise.all(tabs.map((tab) => tab.one('approve').waitFor()));
    await phone.page.reload();
    await phone.one('approve').waitFor();

    await Promise.all([phone.one('deny').click(), ben.one('approve').click()]);

    await Promise.all(tabs.map((tab) => tab.hears('iris', EITHER)));
    const said = await saidEverywhere(tabs);
    const [state] = await ann.toolStates();
    const isApproved = state === 'output-available';
    expect(['output-available', 'output-denied']).toContain(state);
    const words = said.map((message) => message.words).join('\n');
    expect(words.split(isApproved ? DEPLOYED : DENIED)).toHaveLength(2);
    expect(words).not.toContain(isApproved ? DENIED : DEPLOYED);
    const [winner, loser] = isApproved ? ['Ben', phone] : ['Ann', ben];
    await loser.one('notice').getByText(`${winner} answered first.`).waitFor();
    const deed = isApproved ? 'approved' : 'denied';
    await ann.activity(`${winner} ${deed} the deployment`).waitFor();
  });

  it('[A53] sends once what was said offline', async () => {
    const { ann, ben, devices, tabs } = await enterRoom();
    await devices[2].setOffline(true);
    await ben.say(HELLO.prompt);
    await ben.page.getByText('Waits to be sent').waitFor();
    await ben.say(LAUNCH.prompt);
    expect(await ann.one('chat-message').count()).toBe(0);

    await devices[2].setOffline(false);
    await Promise.all(tabs.map((tab) => tab.hears('otto', LAUNCH.otto)));
    await Promise.all(tabs.map((tab) => tab.hears('iris', LAUNCH.iris)));

    const said = await saidEverywhere(tabs);
    const ofBen = said.filter(({ author }) => author === 'Ben');
    const texts = [HELLO.prompt, LAUNCH.prompt];
    expect(ofBen.map(({ words }) => words)).toEqual(texts);
    expect(said).toHaveLength(5);
  });

  it('[A54] goes on apart in a fork', async () => {
    const { ann, ben, phone } = await enterRoom();
    await ann.say(HELLO.prompt);
    await ann.hears('iris', HELLO.end);
    await ben.say(LAUNCH.prompt);
    await ben.hears('otto', LAUNCH.otto);
    const before = await saidEverywhere([ann, ben, phone]);

    const { path } = ann;
    await ann.one('fork-here').first().click();
    await ann.page.waitForURL((url) => url.pathname !== path);
    await ann.hears('iris', HELLO.end);
    const forked = before.slice(0, 2);
    expect(await saidEverywhere([ann])).toEqual(forked);
    await ann.say('Otto, and here?');
    await ann.hears('otto', 'how would we notice that we are wrong?');
    await ann.isQuiet();

    expect(await saidEverywhere([ben, phone])).toEqual(before);
    await ben.page.getByRole('link', { name: 'a fork' }).click();
    await ben.hears('Ann', 'Otto, and here?');
    expect(await saidEverywhere([ann, ben])).toHaveLength(5);
  });

  it('refuses what is no URL, and goes on', async () => {
    const { url } = stage.example;
    expect((await fetch(`${url}//`)).status).toBe(404);
    expect((await fetch(url)).status).toBe(200);
  });

  it('takes up what both agents say where the server died in the middle', async () => {
    await using server = await ExampleServer.start(
      { DEMO_LEASE_MS: '1000' },
      COLLAB,
    );
    const { ann, ben, tabs } = await enterRoom(server.url);
    await ann.say(LAUNCH.prompt);
    await ben.live.nth(1).waitFor();

    await server.crash();
    await ben.isConnection('reconnecting');
    await ben.say(HELLO.prompt);
    await server.start();

    await Promise.all(
      tabs.flatMap((tab) => [
        tab.hears('iris', LAUNCH.iris),
        tab.hears('otto', LAUNCH.otto),
        tab.hears('iris', HELLO.end),
      ]),
    );
    const once = ['Ann', 'Ben', 'iris', 'iris', 'otto'];
    expect(authors(await saidEverywhere(tabs)).toSorted()).toEqual(once);
  });
});
