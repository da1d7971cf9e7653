import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import DatabaseConstructor from 'better-sqlite3';
import { takenAtOf } from '#shared/rules/snapshot-tag.ts';
import type { Book } from './book.ts';
import type { World } from './world.ts';

/** I2: what the room calls verified is so when it reads it again; I9: the chain of events holds; I1 of decisions. */
export async function checkAnswers(world: World, book: Book): Promise<void> {
  const core = await world.open();
  const { items } = await core.call('snapshots.list', { instanceId: 'test' });
  for (const item of items.filter((each) => each.verified)) {
    try {
      await core.call('snapshots.verify', { id: item.id });
    } catch (thrown) {
      book.violations.push({ invariant: 'I2', what: `${item.tag} is shown verified: ${(thrown as Error).message}` });
    }
  }
  for (const [tag, id] of book.snapshots)
    if (!items.some((item) => item.id === id && item.tag === tag))
      book.violations.push({ invariant: 'I1', what: `snapshot ${tag} was promised and is not in the list` });
  const { state, devices } = await core.call('decisions.verify', {});
  if (state !== 'verified')
    book.violations.push({ invariant: 'I9', what: `the chain of events is ${state}: ${JSON.stringify(devices)}` });
  const decided = new Set((await core.call('decisions.list', {})).items.map((decision) => decision.eventId));
  for (const eventId of book.decisions)
    if (!decided.has(eventId)) book.violations.push({ invariant: 'I1', what: `decision ${eventId} is lost` });
}

/** I7: nothing is left of what was begun; I8: no secret in any file or log; the databases are whole. Closes the core. */
export async function checkLeftovers(world: World, book: Book): Promise<void> {
  await world.closeCore();
  const left = namesIn(world.room).filter(
    (name) =>
      takenAtOf(name) === null &&
      !['current', '.ledger.json', '.pull.lock.db', '.large.lock.db', '.large'].includes(name),
  );
  // The lane of large files keeps its folders, with nothing in them once all of it is in a snapshot.
  left.push(...filesBelow(join(world.room, '.large')));
  // The folder of the engine's socket is made once for a user and stays.
  left.push(...namesIn(join(world.folder, 'tmp')).filter((name) => !name.startsWith('control-room-')));
  left.push(...namesIn(join(world.workspace, 'mirror', 'staging')));
  for (const name of left) book.violations.push({ invariant: 'I7', what: `${name} was left` });

  const secrets = [readFileSync(world.sshd.keyFile, 'utf8').split('\n')[2]!];
  if (world.bucket !== null) secrets.push(world.bucket.key.key, world.bucket.key.keyId);
  const texts: [string, Buffer | string][] = [['the log', world.log.join('\n')]];
  for (const top of [world.workspace, world.home])
    for (const path of filesBelow(top)) texts.push([path, readFileSync(path)]);
  for (const [where, text] of texts)
    for (const secret of secrets)
      if (text.includes(secret)) book.violations.push({ invariant: 'I8', what: `a secret is in ${where}` });

  for (const path of filesBelow(world.workspace).filter((each) => each.endsWith('.db'))) {
    const database = new DatabaseConstructor(path);
    try {
      const answer = database.pragma('integrity_check', { simple: true });
      if (answer !== 'ok') book.violations.push({ invariant: 'I1', what: `${path} is damaged: ${String(answer)}` });
    } finally {
      database.close();
    }
  }
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
