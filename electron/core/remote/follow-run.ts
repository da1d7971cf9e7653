import { z } from 'zod';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { RunFollow } from '#shared/model/remote-run.ts';
import { isStepOver, type RemoteStep } from '#shared/model/step.ts';
import { createLogTracker } from '#shared/rules/log-tracker.ts';
import { createIncidentMatcher } from '#shared/rules/remote/match-incidents.ts';
import { forecastRun } from '#shared/rules/remote/run-forecast.ts';
import { pulseOf } from '#shared/rules/remote/run-pulse.ts';
import { loadIncidents } from '../incidents/load-incidents.ts';
import { askProgram } from './machine-program.ts';
import type { RemoteDeps } from './remote-deps.ts';
import { readStepText } from './step-log.ts';

const shownBytes = 64 * 1024;
const activitySchema = z.object({
  v: z.literal(1),
  quietSeconds: z.number().nullable(),
  consoleTail: z.array(z.string()),
  gpuPercent: z.number().nullable(),
});

/** A run as far as its log was read: stages, lines from a byte on, failures, and whether it is silent or stalled. */
export async function followRun(
  deps: RemoteDeps,
  { id, from, ask }: MethodParsedInput<'remote.follow'>,
): Promise<MethodOutput<'remote.follow'>> {
  const found = await deps.database.read('steps.get', { id });
  if (found === null) throw new RoomError('not_found', `There is no step ${id} in this workspace.`);
  const { step, target } = found;
  const activity =
    ask && step.workDir !== null && !isStepOver(step.state)
      ? await askProgram(deps, target, {
          program: 'activity.py',
          schema: activitySchema,
          input: { workDir: step.workDir },
          what: 'its run',
        }).catch(() => null)
      : null;
  const text = await readStepText(deps.workspacePath, step);
  const first = step.readBytes - Buffer.byteLength(text);
  const begin = Math.max(first, Math.min(step.readBytes, from < 0 ? step.readBytes + from : from));
  const told = readRun(deps, text, { first, begin });
  return {
    step,
    ...told,
    activity: activity === null ? null : withoutVersion(activity),
    forecast: step.kind === 'run' ? await forecastOf(deps, step, told.stages) : null,
    ...pulseOf(isStepOver(step.state), lastWrote(text, step), deps.timer.now(), activity),
  };
}

async function forecastOf(
  deps: RemoteDeps,
  step: RemoteStep,
  stages: RunFollow['stages'],
): Promise<NonNullable<RunFollow['forecast']>> {
  const launch = await deps.database.read('remoteLaunch.ofStep', { stepId: step.id });
  return forecastRun({
    stages,
    earlier: await deps.history.stageSeconds(launch?.stages ?? []),
    isOver: isStepOver(step.state),
    startedAtMs: step.startedAt === null ? null : Date.parse(step.startedAt),
    endedAtMs: step.endedAt === null ? null : Date.parse(step.endedAt),
    nowMs: deps.timer.now(),
    ratePerHourUsd: await deps.history.rateOf(step.instanceId),
  });
}

const withoutVersion = ({ v: _v, ...rest }: z.infer<typeof activitySchema>): NonNullable<RunFollow['activity']> => rest;

type Told = Pick<RunFollow, 'stages' | 'currentStage' | 'from' | 'to' | 'lines' | 'errorCount' | 'incidents'>;

function readRun(deps: RemoteDeps, text: string, { first, begin }: { first: number; begin: number }): Told {
  const known = loadIncidents(deps.incidents).items.map((it) => it.incident);
  const matcher = createIncidentMatcher(known);
  const tracker = createLogTracker();
  const stages = new Map<string, RunFollow['stages'][number]>();
  const lines: RunFollow['lines'] = [];
  let errorCount = 0;
  let at = first;
  let end = begin;
  for (const [index, raw] of text.split('\n').entries()) {
    const { line, event } = tracker.take(raw);
    matcher.line('run', index + 1, raw);
    const bytes = Buffer.byteLength(raw) + 1;
    if (line.level === 'ERROR' || line.level === 'CRITICAL') errorCount += 1;
    if (at >= begin && end - begin < shownBytes && raw !== '') {
      lines.push({ level: line.level, stageKey: line.stageKey, text: line.text });
      end = at + bytes;
    }
    at += bytes;
    if (event === null || !('stageKey' in event)) continue;
    const key = event.stageKey;
    const before = stages.get(key);
    const set = (patch: Partial<RunFollow['stages'][number]>): void =>
      void stages.set(key, {
        ...(before ?? { key, state: 'running', startedAt: line.at, seconds: null, detail: '' }),
        ...patch,
      });
    if (event.kind === 'start') set({ state: 'running', startedAt: line.at });
    if (event.kind === 'done')
      set({
        seconds: event.seconds,
        state: event.status === 'success' ? 'success' : event.status === 'skipped' ? 'skipped' : 'failed',
      });
    if (event.kind === 'raised') set({ state: 'failed', seconds: event.seconds, detail: event.detail.slice(0, 1000) });
    if (event.kind === 'failed') set({ state: 'failed', detail: event.detail.slice(0, 1000) });
    if (event.kind === 'reused') set({ state: 'reused' });
  }
  return {
    stages: [...stages.values()],
    currentStage: tracker.position().stageKey,
    from: begin,
    to: end,
    lines,
    errorCount,
    incidents: matcher.matches().map(({ id }) => ({ id, title: known.find((it) => it.id === id)?.title ?? id })),
  };
}

/** When the log last grew, by the times that stand in it; when the run began while there is none. */
function lastWrote(text: string, step: RemoteStep): number | null {
  const last = /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d{3} \[/g;
  let stamp: string | null = null;
  for (const match of text.slice(-shownBytes).matchAll(last)) stamp = match[1]!;
  const at = stamp === null ? step.startedAt : `${stamp.replace(' ', 'T')}Z`;
  return at === null ? null : Date.parse(at);
}
