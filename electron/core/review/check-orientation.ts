import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import { newId } from '../ids.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { fileError } from '../media/file-error.ts';
import type { FoundTool } from '../tools/find-tool.ts';
import type { CheckDeps } from './check-deps.ts';
import { compareDepthOfRun, type FoundOrientation } from './check-run.ts';
import type { OrientationSubject } from './orientation-store.ts';

const dayMs = 86_400_000;

type CheckInput = MethodParsedInput<'orientation.check'>;
type CheckResult = MethodOutput<'orientation.check'>;

/**
 * Checks the depth of clips and stores one verdict each, whatever was found: a missing file or one that can not be read
 * is a row that says so. Throws `queued` when there is no ffmpeg here; nothing is stored then.
 */
export async function checkOrientation(deps: CheckDeps, input: CheckInput, context: JobContext): Promise<CheckResult> {
  const subjects = await subjectsOf(deps, input);
  const counts = { aligned: 0, misaligned: 0, inconclusive: 0, not_the_same_clip: 0, time_shift: 0 };
  if (subjects.length === 0) return { checkedCount: 0, counts, runIds: [], note: noteOf(input) };
  const ffmpeg = await findFfmpeg(deps, subjects.length);
  // Of its own: another process may check in the same workspace.
  const folder = await makeFolder(join(deps.workspacePath, 'cache', 'orientation'), context.jobId);
  const runIds = [...new Set(subjects.map((it) => it.runId))];
  let done = 0;
  try {
    await context.step('Compare depth', async () => {
      for (const runId of runIds) {
        const wanted = subjects.filter((it) => it.runId === runId);
        const runDeps = { ...deps, ffmpeg, folder, runId, signal: context.signal };
        for await (const found of compareDepthOfRun(runDeps, wanted)) {
          await save(deps, found, context.jobId);
          counts[found.verdict] += 1;
          done += 1;
          context.progress({
            done,
            total: subjects.length,
            unit: 'clips',
            message: `${done} of ${subjects.length} clips checked`,
          });
        }
        deps.emit({ name: 'orientation.changed', payload: { runIds: [runId] } });
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
  return { checkedCount: done, counts, runIds: runIds.slice(0, 1000), note: null };
}

async function subjectsOf({ database }: CheckDeps, input: CheckInput): Promise<OrientationSubject[]> {
  if ('clipId' in input) return [await database.read('orientation.subject', input)];
  if ('everything' in input) return database.read('orientation.newSubjects', undefined as never);
  const subjects = await database.read('orientation.subjects', input);
  if (subjects === null)
    throw new RoomError('not_found', `There is no run ${input.runId} in this workspace.`, {
      hint: '`runs.list` shows what there is.',
    });
  return subjects;
}

const noteOf = (input: CheckInput): string =>
  'everything' in input
    ? 'Every enriched clip that can be reached was checked as it is now.'
    : 'This run has no enriched clips, so it has no control depth.';

async function findFfmpeg({ tools }: CheckDeps, count: number): Promise<FoundTool> {
  const ffmpeg = await tools.find('ffmpeg');
  if (ffmpeg.found) return ffmpeg;
  throw new RoomError(
    'queued',
    `The depth of ${count} ${count === 1 ? 'clip' : 'clips'} was not checked: ffmpeg is needed to decode it. ${ffmpeg.why}`,
    {
      hint: `${ffmpeg.fix} They stay marked as not checked, and are checked by themselves after the next start or import.`,
    },
  );
}

/** What checks that were killed left behind goes first: nobody checks for a day. */
async function makeFolder(parent: string, name: string): Promise<string> {
  const folder = join(parent, name);
  try {
    await mkdir(parent, { recursive: true });
    for (const other of await readdir(parent)) {
      const path = join(parent, other);
      const madeMs = (await stat(path).catch(() => null))?.mtimeMs ?? Infinity;
      if (other === name || Date.now() - madeMs > dayMs) await rm(path, { recursive: true, force: true });
    }
    await mkdir(folder, { recursive: true });
    return folder;
  } catch (error) {
    throw fileError(folder, error);
  }
}

async function save(deps: CheckDeps, found: FoundOrientation, jobId: string): Promise<void> {
  const { subject, controlPath, verdict, transform, polarity, because, evidence } = found;
  await deps.database.write('orientation.saveCheck', {
    controlPath,
    check: {
      id: newId('depth'),
      clipId: subject.clipId,
      runId: subject.runId,
      clipName: subject.clipName,
      variantName: subject.variantName,
      verdict,
      transform,
      polarity,
      because,
      checkedAt: new Date(deps.clock.now()).toISOString(),
      jobId,
      evidence,
    },
  });
}
