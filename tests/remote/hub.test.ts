import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startHub, type HubDouble } from '../support/hub.ts';
import { startSshd } from '../support/sshd.ts';
import { openTestCore, temporaryFolder, type TestCore } from '../support/test-core.ts';

const token = 'hf_QzYvTrWkLpNmBgHsDfJcXaEuRtYi';
const slow = 90_000;

async function room(): Promise<{ readonly hub: HubDouble; readonly core: TestCore; readonly path: string }> {
  const hub = await startHub(token);
  const folder = temporaryFolder();
  const core = await openTestCore(join(folder.path, 'workspace'), {
    environment: { ...process.env, HF_ENDPOINT: hub.address, ROOM_HOME: join(folder.path, 'home') },
  });
  onTestFinished(async () => {
    await core.close();
    await hub.close();
    folder.remove();
  });
  return { hub, core, path: folder.path };
}

test(
  'every gated file is proved by one byte of it, the tokenizer and Cosmos-Reason1 among them, before a machine is rented',
  async () => {
    const { hub, core } = await room();
    const blind = await core.call('hub.check', {});
    expect(blind).toMatchObject({ hasToken: false, isGood: false });
    expect(new Set(blind.items.map((it) => it.state))).toEqual(new Set(['no_token']));
    await core.call('secrets.set', { name: 'HF_TOKEN', value: token });
    hub.asked.length = 0;

    const good = await core.call('hub.check', {});
    expect(good.isGood).toBe(true);
    expect(hub.asked.every((it) => it.range === 'bytes=0-0')).toBe(true);
    const paths = hub.asked.map((it) => it.path);
    expect(paths).toContain('nvidia/Cosmos-Predict2.5-2B/tokenizer.pth');
    expect(paths).toContain('nvidia/Cosmos-Reason1-7B/model-00001-of-00004.safetensors');
    expect(paths).toContain(
      'nvidia/Cosmos-Transfer2.5-2B/general/depth/626e6618-1111-2222-3333-444455556666_ema_bf16.pt',
    );
    expect(paths.some((path) => path.includes('Guardrail'))).toBe(false);
    expect(hub.leaked).toEqual([]);

    // Listed all the same: the list proves nothing.
    hub.set('nvidia/Cosmos-Predict2.5-2B', 'gated');
    hub.set('nvidia/Cosmos-Guardrail1', 'gated');
    hub.set('nvidia/DreamDojo', 'gone');
    hub.set('nvidia/Cosmos-Transfer2.5-2B', 'empty');
    const bad = await core.call('hub.check', { guardrails: true });
    const states = Object.fromEntries(bad.items.map((it) => [it.repository, it.state]));
    expect(states).toMatchObject({
      'nvidia/Cosmos-Predict2.5-2B': 'licence_not_accepted',
      'nvidia/Cosmos-Guardrail1': 'licence_not_accepted',
      'nvidia/DreamDojo': 'missing',
      'nvidia/Cosmos-Transfer2.5-2B': 'could_not_tell',
      'nvidia/Cosmos-Reason1-7B': 'accessible',
    });
    expect(bad.items.find((it) => it.state === 'licence_not_accepted')!.remedy).toContain('Accept its licence');
    expect(JSON.stringify(bad)).not.toContain(token);
  },
  slow,
);

test(
  'the machine proves the same with the token that it has, which never leaves it',
  async () => {
    const { hub, core, path } = await room();
    const sshd = await startSshd({ config: [`SetEnv HF_ENDPOINT=${hub.address} HF_HOME=${path}/none`] });
    onTestFinished(() => sshd.close());
    const checkout = join(path, 'checkout');
    mkdirSync(join(checkout, 'scripts'), { recursive: true });
    const input = {
      instanceId: 'test',
      target: { host: sshd.host, port: sshd.port, user: sshd.user, keyFile: sshd.keyFile },
      acceptNewHostKey: true,
      checkout,
    };
    expect(await core.call('hub.checkMachine', input)).toMatchObject({ hasToken: false, isGood: false });
    writeFileSync(join(checkout, 'scripts', 'runtime_env.local'), `export HF_TOKEN="${token}"\n`);
    expect(await core.call('hub.checkMachine', input)).toMatchObject({ hasToken: true, isGood: true });
    hub.set('nvidia/Cosmos-Predict2.5-2B', 'gated');
    const bad = await core.call('hub.checkMachine', input);
    expect(bad.items.filter((it) => it.state !== 'accessible')).toMatchObject([
      {
        repository: 'nvidia/Cosmos-Predict2.5-2B',
        file: 'tokenizer.pth',
        state: 'licence_not_accepted',
        stages: ['s2_enrich'],
      },
    ]);
    expect(JSON.stringify(bad)).not.toContain(token);
    expect(hub.leaked).toEqual([]);
  },
  slow,
);
