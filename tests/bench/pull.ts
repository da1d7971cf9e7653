import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AuthMaterial, ConnectPlan } from '#core/ssh/connect-plan.ts';
import type { PullOutcome, PullProgress, PullSpec } from '#core/snapshots/pull/pull-spec.ts';
import type { transferProcedures } from '#core/snapshots/pull/transfer-procedures.ts';
import { connectThread, type ThreadClient } from '#core/threads/rpc.ts';
import { sourcePorts } from '../../electron/engine/source-ports.ts';
import { endOf, startRsync } from '../snapshots/old-script.ts';
import { startRelay, type Relay } from '../support/relay.ts';
import { sshdTarget, startSshd, type Sshd } from '../support/sshd.ts';
import type { Bench, Figure } from './figure.ts';

const megabyte = 1024 * 1024;
const roundTripMs = 60;

type Route = { readonly name: string; readonly relay: Relay };
type Report = (figure: Figure) => void;

/**
 * Pulls beside rsync, from one sshd on this computer, straight and at 60 ms (a relay; no loss). What is measured
 * is the whole pull with every byte hashed at both ends. On a disk of memory where there is one.
 */
export const benchPull: Bench = async ({ full }, report) => {
  const memory = '/dev/shm';
  const base = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'room-bench-'));
  const sshd = await startSshd();
  const relays: Relay[] = [];
  const ports = sourcePorts({
    shell: 'command_line',
    mayBrowseFolders: false,
    switchWorkspace: null,
    log: () => undefined,
    environment: process.env,
  });
  const thread = connectThread<typeof transferProcedures>(
    ports.startThread('transfer', null),
    'transfer',
    () => undefined,
  );
  try {
    for (const ms of [0, roundTripMs])
      relays.push(await startRelay({ host: sshd.host, port: sshd.port, roundTripMs: ms }));
    const routes: Route[] = [
      { name: 'loopback', relay: relays[0]! },
      { name: '60 ms', relay: relays[1]! },
    ];
    const room = await openRoom(sshd, thread, base);
    const rounds = full ? 5 : 1;
    const large = { base, sizeBytes: 1000 * megabyte, rounds };
    const resumed = { base, sizeBytes: (full ? 1000 : 128) * megabyte, rounds };
    const small = { base, count: full ? 20_000 : 2000, rounds };
    await benchLarge(large, routes, room, report);
    await benchLarge(large, routes, room, report);
    await benchResumed(resumed, routes[1]!, room, report);
    await benchSmall(small, routes, room, report);
  } finally {
    await thread.close();
    for (const relay of relays) await relay.close();
    await sshd.close();
    rmSync(base, { recursive: true, force: true });
  }
};

type BenchRoom = {
  readonly sshd: Sshd;
  pull(remote: string, into: string, relay: Relay, options?: PullOptions): Promise<PullOutcome>;
};
type PullOptions = { readonly signal?: AbortSignal; readonly onProgress?: (progress: PullProgress) => void };

async function openRoom(sshd: Sshd, thread: ThreadClient<typeof transferProcedures>, base: string): Promise<BenchRoom> {
  const { user, keyFile } = sshdTarget(sshd);
  const auth: AuthMaterial = {
    identities: [{ kind: 'key', name: 'bench', privateKey: readFileSync(keyFile ?? '', 'utf8') }],
    unusable: [],
  };
  let count = 0;
  return {
    sshd,
    pull(remote, into, relay, options = {}) {
      const endpoint = { kind: 'direct' as const, host: '127.0.0.1', port: relay.port };
      const { fingerprint, type } = sshd.hostKey();
      const plan: ConnectPlan = {
        instanceId: 'bench',
        user,
        endpoints: [endpoint],
        pinned: [{ route: 'direct', fingerprint, keyType: `ssh-${type}` }],
        revoked: [],
      };
      const spec: PullSpec = {
        snapshotId: `bench-${++count}`,
        instanceId: 'bench',
        roomFolder: join(base, into, 'room'),
        items: [{ remote, local: 'work_dir', excludes: [], isRequired: true }],
        largeFileBytes: 64 * megabyte,
        lane: 'all',
        firstPatterns: [],
        nowMs: Date.now(),
        tools: {},
        address: endpoint,
      };
      return thread.call(
        'transfer.pull',
        { spec, plan, auth },
        {
          ...(options.signal === undefined ? {} : { signal: options.signal }),
          onPart: options.onProgress ?? (() => undefined),
        },
      );
    },
  };
}

type Large = { readonly base: string; readonly sizeBytes: number; readonly rounds: number };

async function benchLarge(
  { base, sizeBytes, rounds }: Large,
  routes: readonly Route[],
  room: BenchRoom,
  report: Report,
): Promise<void> {
  const remote = join(base, 'large');
  mkdirSync(remote, { recursive: true });
  await fillRandom(join(remote, 'model.distcp'), sizeBytes);
  for (const { name, relay } of routes) {
    const flags = name === 'loopback' ? '-a' : '-az';
    const [ours, theirs] = await medians(rounds, {
      ours: async (into) => void (await room.pull(remote, into, relay)),
      theirs: async (into) => rsync(flags, room.sshd, join(remote, 'model.distcp'), join(base, into), relay),
      base,
    });
    const goal = name === 'loopback' ? 1 : 3;
    report(
      figureOf(
        `one file of ${sizeBytes / megabyte} MiB, ${name}, every byte hashed`,
        ours,
        `rsync ${flags}`,
        theirs,
        goal,
      ),
    );
  }
  rmSync(remote, { recursive: true });
}

/** The bytes on the wire of a copy that is killed at half and made again. */
async function benchResumed(
  { base, sizeBytes }: Large,
  { relay }: Route,
  room: BenchRoom,
  report: Report,
): Promise<void> {
  const remote = join(base, 'resumed');
  mkdirSync(remote, { recursive: true });
  await fillRandom(join(remote, 'model.distcp'), sizeBytes);
  const from = relay.receivedBytes();
  const abort = new AbortController();
  const killed = room.pull(remote, 'resumed-ours', relay, { signal: abort.signal }).catch(() => undefined);
  await relay.received(from + sizeBytes / 2);
  abort.abort();
  await killed;
  await room.pull(remote, 'resumed-ours', relay);
  const ours = relay.receivedBytes() - from;

  const before = relay.receivedBytes();
  const dest = join(base, 'resumed-rsync');
  mkdirSync(dest);
  const child = startRsync(room.sshd, join(remote, 'model.distcp'), `${dest}/`, relay.port);
  const end = endOf(child);
  await relay.received(before + sizeBytes / 2);
  child.kill('SIGKILL');
  await end;
  relay.cut();
  await endOf(startRsync(room.sshd, join(remote, 'model.distcp'), `${dest}/`, relay.port));
  const theirs = relay.receivedBytes() - before;
  report({
    name: `one file of ${sizeBytes / megabyte} MiB, cut at half and made again: bytes on the wire over both tries`,
    value: ours,
    unit: 'bytes',
    beside: { name: 'rsync -az', value: theirs },
    goal: 'at most 0.68 of rsync -az',
    met: ours <= theirs * 0.68,
  });
  for (const folder of ['resumed', 'resumed-ours', 'resumed-rsync'])
    rmSync(join(base, folder), { recursive: true, force: true });
}

type Small = { readonly base: string; readonly count: number; readonly rounds: number };

async function benchSmall(
  { base, count, rounds }: Small,
  routes: readonly Route[],
  room: BenchRoom,
  report: Report,
): Promise<void> {
  const remote = join(base, 'small');
  for (let i = 0; i < count; i++) {
    const folder = join(remote, `folder_${i % 100}`);
    if (i < 100) mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `file_${i}.json`),
      JSON.stringify({ of: i, notes: 'x'.repeat(2000 + ((i * 7919) % 12_000)) }),
    );
  }
  for (const { name, relay } of routes) {
    const [ours, theirs] = await medians(rounds, {
      ours: async (into) => void (await room.pull(remote, into, relay)),
      theirs: async (into) => rsync('-az', room.sshd, `${remote}/`, join(base, into), relay),
      base,
    });
    const goal = name === 'loopback' ? 1 : 1.6;
    report(figureOf(`${count} small files, ${name}, every byte hashed`, ours, 'rsync -az', theirs, goal));
  }
  const { relay } = routes[1]!;
  await room.pull(remote, 'again-ours', relay);
  await rsync('-az', room.sshd, `${remote}/`, join(base, 'again-rsync'), relay);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < Math.max(3, rounds); round++) {
    ours.push(await seconds(() => room.pull(remote, 'again-ours', relay)));
    theirs.push(await seconds(() => rsync('-az', room.sshd, `${remote}/`, join(base, 'again-rsync'), relay)));
  }
  report(
    figureOf(`${count} unchanged files again, 60 ms, connection open`, median(ours), 'rsync -az', median(theirs), 3),
  );
}

/** Runs both in turn, each into an empty folder. */
async function medians(
  rounds: number,
  work: {
    readonly ours: (into: string) => Promise<void>;
    readonly theirs: (into: string) => Promise<void>;
    readonly base: string;
  },
): Promise<readonly [number, number]> {
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    for (const side of ['ours', 'theirs'] as const) {
      times[side].push(await seconds(() => work[side](`into-${side}`)));
      rmSync(join(work.base, `into-${side}`), { recursive: true, force: true });
    }
  }
  return [median(times.ours), median(times.theirs)];
}

async function rsync(flags: string, sshd: Sshd, from: string, to: string, relay: Relay): Promise<void> {
  mkdirSync(to, { recursive: true });
  const ssh = `ssh -p ${relay.port} -i ${sshd.keyFile} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
  await promisify(execFile)('rsync', [flags, '-e', ssh, `${sshd.user}@127.0.0.1:${from}`, `${to}/`]);
  if (readdirSync(to).length === 0) throw new Error('rsync copied nothing');
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function figureOf(name: string, ours: number, rival: string, theirs: number, times: number): Figure {
  return {
    name,
    value: Number(ours.toFixed(3)),
    unit: 's',
    beside: { name: rival, value: Number(theirs.toFixed(3)) },
    goal: `at least ${times.toFixed(1)} times faster than ${rival}`,
    met: theirs / ours >= times,
  };
}

async function fillRandom(path: string, sizeBytes: number): Promise<void> {
  await promisify(execFile)('bash', ['-c', 'head -c "$1" /dev/urandom > "$2"', '-', String(sizeBytes), path]);
  if (statSync(path).size !== sizeBytes) throw new Error('the file to copy could not be made');
}
