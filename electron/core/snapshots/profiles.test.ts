import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { syncItemsSchema } from '#shared/model/sync-profile.ts';
import { chooseProfile } from './profiles.ts';

const configsFolder = join(import.meta.dirname, '../../../configs');
const emptyWorkspace = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'room-profiles-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
};

test('the shipped profile pulls the five places of the old script', () => {
  const profile = chooseProfile({}, { configsFolder, workspacePath: emptyWorkspace() });
  expect(profile.items.map((item) => item.local)).toEqual([
    'work_dir',
    'data/openvla_datasets_models',
    'data/outputs_legacy',
    'data/openvla_datasets',
    'data/interiorgs/task_targets.synthetic.json',
  ]);
  expect(profile.items.filter((item) => item.required).map((item) => item.remote)).toEqual(['/models/outputs']);
});

test('a profile of the workspace takes the place of the shipped one; one that does not exist is told', () => {
  const workspacePath = emptyWorkspace();
  mkdirSync(join(workspacePath, 'configs/sync-profiles'), { recursive: true });
  const file = join(workspacePath, 'configs/sync-profiles/mine.yaml');
  writeFileSync(file, 'id: blueprint-validation\ntitle: mine\nitems: [{ remote: /srv/x/, local: work_dir }]\n');
  const folders = { configsFolder, workspacePath };
  expect(chooseProfile({}, folders).items).toEqual([
    { remote: '/srv/x', local: 'work_dir', excludes: [], required: true },
  ]);
  expect(() => chooseProfile({ profileId: 'other' }, folders)).toThrow('no sync profile');
});

test.each([
  [[{ remote: 'relative', local: 'a' }], 'an absolute path'],
  [[{ remote: '/a/../b', local: 'a' }], 'without ".."'],
  [[{ remote: '/a', local: '../a' }], 'letters, digits'],
  [[{ remote: '/a', local: 'manifest.json' }], 'the room writes this name'],
  [
    [
      { remote: '/a', local: 'data' },
      { remote: '/b', local: 'data/b' },
    ],
    'lies in the place of /a',
  ],
])('items that can not stand are refused: %j', (items, why) => {
  const parsed = syncItemsSchema.safeParse(items);
  expect(parsed.success).toBe(false);
  expect(JSON.stringify(parsed.error?.issues)).toContain(why.replaceAll('"', String.raw`\"`));
});
