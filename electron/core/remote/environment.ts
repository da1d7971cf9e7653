import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import {
  fingerprintSchema,
  type EnvironmentChange,
  type EnvironmentView,
  type Fingerprint,
} from '#shared/model/environment.ts';
import { changeWords, diffFingerprints, driverOf, stableParts } from '#shared/rules/remote/fingerprint-diff.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import { canonicalJson } from '../history/event.ts';
import type { Timer } from '../instances/timer.ts';
import type { MachineShell, SshTarget } from '../ssh/machine-shell.ts';
import { shellQuote } from '../ssh/shell-quote.ts';
import type { EnvironmentLook } from './environment-store.ts';

const timeoutMs = 15 * 60_000;
const shownChanges = 3;

/** Looks at Python environments of machines, and says whether one is as it should be. */
export type Environments = {
  /**
   * Looks, keeps what was seen, and answers with it. Reads only.
   * @throws RoomError of the connection, tool_failed when the probe does not answer
   */
  look(
    machine: { readonly instanceId: string; readonly target: SshTarget; readonly python?: string | undefined },
    moment: Pick<EnvironmentLook, 'moment' | 'stepId'>,
    signal?: AbortSignal,
  ): Promise<{ readonly hash: string; readonly content: Fingerprint }>;
  view(instanceId: string): Promise<EnvironmentView>;
  /** @throws RoomError not_found when no state begins so. */
  say(
    kind: 'accepted' | 'pinned',
    said: { readonly instanceId: string; readonly hash: string; readonly name: string },
    actor: string,
  ): Promise<EnvironmentView>;
  /** What differs between the newest looks of two machines, or a machine and a kept state. @throws RoomError not_found. */
  compare(
    instanceId: string,
    other: { readonly instanceId: string } | { readonly hash: string },
  ): Promise<readonly EnvironmentChange[]>;
  /** @throws RoomError held while the environment differs from the good one. */
  mustBeGood(instanceId: string): Promise<void>;
};

export function createEnvironments(deps: {
  readonly database: Database;
  readonly emit: EmitEvent;
  readonly timer: Timer;
  readonly shell: MachineShell;
  readonly remoteFolder: string;
  /** Modules whose import is a part of the fingerprint. */
  readonly probes: () => readonly string[];
}): Environments {
  const { database } = deps;

  async function contentOf(hash: string): Promise<Fingerprint> {
    const content = await database.read('environment.content', { hash });
    if (content === null) throw new RoomError('not_found', `No environment with the hash ${hash} was seen.`);
    return content;
  }

  async function hashOf(beginning: string): Promise<string> {
    const found = await database.read('environment.hashes', { beginning });
    if (found.length === 1) return found[0]!;
    throw new RoomError(
      'not_found',
      `${found.length === 0 ? 'No' : 'More than one'} environment that was seen has a hash that begins with ${beginning}.`,
      { hint: 'environment.get shows the hash.' },
    );
  }

  async function view(instanceId: string): Promise<EnvironmentView> {
    const looks = await database.read('environment.looks', { instanceId });
    const words = await database.read('environment.words', { instanceId });
    const pins = words
      .filter((it) => it.kind === 'pinned')
      .map(({ instanceId: of, hash, name, actor, at }) => ({ instanceId: of, hash, name, actor, at }));
    if (looks === null)
      return {
        instanceId,
        state: 'unseen',
        words: 'Nobody has looked at its environment yet.',
        current: null,
        baseline: null,
        changes: [],
        pins,
        summary: null,
      };
    const accepted = words.find((it) => it.kind === 'accepted' && it.instanceId === instanceId);
    const baseline = accepted ?? {
      hash: looks.first.hash,
      name: 'as first seen',
      actor: 'the room',
      at: looks.first.takenAt,
    };
    const current = await contentOf(looks.newest.hash);
    const isGood = baseline.hash === looks.newest.hash;
    const changes = isGood ? [] : diffFingerprints(await contentOf(baseline.hash), current);
    return {
      instanceId,
      state: isGood ? 'good' : 'drifted',
      words: isGood
        ? `As accepted (${baseline.name}), seen ${looks.newest.takenAt}.`
        : `It differs from "${baseline.name}": ${wordsOf(changes)}. Launches are blocked until it is accepted by name or put back.`,
      current: looks.newest,
      baseline: { hash: baseline.hash, name: baseline.name, actor: baseline.actor, at: baseline.at },
      changes,
      pins,
      summary: {
        interpreter: current.interpreter,
        python: current.python,
        cuda: current.cuda,
        driver: driverOf(current),
        packageCount: current.packages.length,
        torch: current.packages.find((it) => it.name === 'torch')?.version ?? null,
        imports: current.imports,
      },
    };
  }

  return {
    view,

    async look({ instanceId, target, python }, moment, signal) {
      const interpreter =
        python === undefined
          ? 'p=$(command -v python || command -v python3) || { echo "there is no python" >&2; exit 127; }'
          : `p=${shellQuote(python)}`;
      const modules = deps.probes().map(shellQuote).join(' ');
      const result = await deps.shell.exec(target, `${interpreter}; exec "$p" -I -B - ${modules}`, {
        input: await readFile(join(deps.remoteFolder, 'fingerprint.py'), 'utf8'),
        timeoutMs,
        maxBytes: 16 * 1024 * 1024,
        ...(signal === undefined ? {} : { signal }),
      });
      const content = parse(result.stdout);
      if (content === null)
        throw new RoomError(
          'tool_failed',
          `The environment of ${instanceId} can not be read (exit ${result.exitCode ?? 'unknown'}): ${result.stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? ''}`,
          { hint: 'Say which interpreter the pipeline uses: "python": "/path/to/python".' },
        );
      const hash = createHash('sha256')
        .update(canonicalJson(stableParts(content)))
        .digest('hex');
      const look = { hash, takenAt: new Date(deps.timer.now()).toISOString(), ...moment };
      await database.write('environment.keep', { instanceId, look, content });
      deps.emit({ name: 'steps.changed', payload: { instanceId } });
      return { hash, content };
    },

    async say(kind, { instanceId, hash, name }, actor) {
      const said = { instanceId, hash: await hashOf(hash), name };
      const wallTime = new Date(deps.timer.now()).toISOString();
      await database.write('environment.say', { hostKey: hostname(), actor, wallTime, kind, said });
      deps.emit({ name: 'steps.changed', payload: { instanceId } });
      return view(instanceId);
    },

    async compare(instanceId, other) {
      const newest = async (id: string): Promise<string> => {
        const looks = await database.read('environment.looks', { instanceId: id });
        if (looks !== null) return looks.newest.hash;
        throw new RoomError('not_found', `Nobody has looked at the environment of ${id}.`, {
          hint: `environment.probe {"instanceId":"${id}"}`,
        });
      };
      const theirs = 'hash' in other ? await hashOf(other.hash) : await newest(other.instanceId);
      return diffFingerprints(await contentOf(theirs), await contentOf(await newest(instanceId)));
    },

    async mustBeGood(instanceId) {
      const seen = await view(instanceId);
      if (seen.state !== 'drifted') return;
      throw new RoomError('held', `The environment of ${instanceId} has changed. ${seen.words}`, {
        hint: `Put it back, or accept it: environment.accept {"instanceId":"${instanceId}","hash":"${seen.current?.hash.slice(0, 12)}","name":"…"}`,
        details: { incidentId: '1' },
      });
    },
  };
}

/** The first changes in words. */
export function wordsOf(changes: readonly EnvironmentChange[]): string {
  const first = changes.slice(0, shownChanges).map(changeWords).join('; ');
  return changes.length > shownChanges ? `${first}; and ${changes.length - shownChanges} more` : first;
}

function parse(stdout: string): Fingerprint | null {
  try {
    const parsed = fingerprintSchema.safeParse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
