import type { MethodOutput } from '#shared/contract/index.ts';
import type { Envelope } from '#shared/errors.ts';
import type { StudySummary } from '#shared/model/study.ts';
import { mappingOf, valueAt, type HistoryWord, type LaunchSurroundings } from '#shared/rules/remote/config-document.ts';
import type { Database } from '../db/database.ts';
import type { Caller } from '../ports.ts';

/** What earlier runs and studies of the same scenes say about what a configuration asks for. */
export type LaunchHistory = {
  readonly about: (config: unknown) => Promise<Pick<LaunchSurroundings, 'alignment' | 'armGate'>>;
  /** Seconds that the stages took in the newest runs that finished, by stage; of these commands alone, or of all. */
  readonly stageSeconds: (commands: readonly string[]) => Promise<ReadonlyMap<string, readonly number[]>>;
  /** Dollars an hour that the provider bills for a machine; null when it is not known. */
  readonly rateOf: (instanceId: string) => Promise<number | null>;
};

const newestRuns = 200;
const runsForTimes = 12;

/** Which command of the pipeline makes which stage, where its name does not say so. */
const stageOfCommand: Readonly<Record<string, RegExp>> = {
  render: /^s1_/,
  'compose-robot': /^s1b_/,
  'polish-gemini': /^s1c_/,
  'augment-gaussian': /^s1d_/,
  enrich: /^s2_/,
  finetune: /^s3_/,
  'eval-policy': /^s4_policy_eval/,
  'export-rlds': /^s4a_/,
  'finetune-policy': /^s3b_/,
  'rl-loop-policy': /^s3c_/,
  'eval-trained-policy': /^s4e_/,
  'eval-visual': /^s5_/,
  'eval-spatial': /^s6_/,
};
const caller: Caller = { actor: 'schedule', name: 'the room' };

/**
 * Reads the history of this workspace for the launch lint (incidents 11 and 12). The newest run of a scene whose depth
 * was checked decides for its depth, and the newest finished study of a scene for its pre-pass: an older success is no
 * word on what was seen since.
 */
export function createLaunchHistory(deps: {
  readonly database: Database;
  readonly call: (method: string, input: unknown, caller: Caller) => Promise<Envelope<unknown>>;
}): LaunchHistory {
  const { database } = deps;

  async function alignmentOf(facilityId: string): Promise<HistoryWord | null> {
    const { items } = await database.read('runs.list', {
      sort: 'startedAt',
      descending: true,
      offset: 0,
      limit: newestRuns,
    });
    for (const run of items.filter((each) => each.facilityIds.includes(facilityId))) {
      const checked = (await database.read('orientation.list', { runId: run.id })).filter(
        ({ standing }) => standing !== null,
      );
      if (checked.length === 0) continue;
      const aligned = checked.filter(({ standing }) => standing === 'aligned').length;
      return {
        hasPassed: aligned === checked.length,
        words: `Run ${run.name}: ${aligned} of ${checked.length} clips aligned.`,
      };
    }
    return null;
  }

  async function armGateOf(facilityIds: ReadonlySet<string>): Promise<HistoryWord | null> {
    const answer = await deps.call('studies.list', {}, caller);
    if (!answer.ok) return null;
    const { items } = answer.value as MethodOutput<'studies.list'>;
    const own: StudySummary[] = [];
    for (const study of items) {
      const run = await database.read('runs.get', { id: study.candidate.runId });
      if (run?.facilityIds.some((id) => facilityIds.has(id)) === true) own.push(study);
    }
    const newest = own.toSorted((a, b) => (a.lockedAt < b.lockedAt ? 1 : -1));
    const finished = newest.find(({ state }) => state === 'unblinded');
    if (finished === undefined) {
      const open = newest[0];
      return open === undefined ? null : { hasPassed: false, words: `Study ${open.name} is not finished.` };
    }
    const result = await deps.call('studies.result', { studyId: finished.studyId }, caller);
    if (!result.ok) return { hasPassed: false, words: `Study ${finished.name} can not be evaluated.` };
    const { evaluation } = result.value as MethodOutput<'studies.result'>;
    return { hasPassed: evaluation.verdict === 'accept', words: `Study ${finished.name} says ${evaluation.verdict}.` };
  }

  return {
    async stageSeconds(commands) {
      const { items } = await database.read('runs.list', {
        status: ['success'],
        sort: 'startedAt',
        descending: true,
        offset: 0,
        limit: runsForTimes,
      });
      const wanted = commands.map((command) => stageOfCommand[command] ?? /^$/);
      const found = new Map<string, number[]>();
      for (const { id } of items) {
        const run = await database.read('runs.get', { id });
        for (const { key, status, elapsedSeconds } of run?.stages ?? []) {
          if (status !== 'success' || elapsedSeconds === null || elapsedSeconds <= 0) continue;
          if (wanted.length > 0 && !wanted.some((stage) => stage.test(key))) continue;
          found.set(key, [...(found.get(key) ?? []), elapsedSeconds]);
        }
      }
      return found;
    },
    async rateOf(instanceId) {
      if (!/^\d+$/.test(instanceId)) return null;
      const answer = await deps.call('instances.get', { id: instanceId }, caller);
      return answer.ok ? (answer.value as MethodOutput<'instances.get'>).item.burnRatePerHourUsd : null;
    },
    async about(config) {
      const ids = Object.keys(mappingOf(valueAt(config, ['facilities'])));
      const alignment: Record<string, HistoryWord> = {};
      for (const id of ids) {
        const word = await alignmentOf(id);
        if (word !== null) alignment[id] = word;
      }
      const isPolished = mappingOf(valueAt(config, ['gemini_polish']))['enabled'] === true;
      const armGate = isPolished ? await armGateOf(new Set(ids)) : null;
      return { alignment, ...(armGate === null ? {} : { armGate }) };
    },
  };
}
