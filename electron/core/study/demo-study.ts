import { join } from 'node:path';
import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { StudySummary } from '#shared/model/study.ts';
import type { JobContext } from '../jobs/job-context.ts';

export type DemoStudyDeps = {
  readonly isDemo: boolean;
  /** Null where the room was shipped without it. */
  readonly demoFolder: string | null;
  readonly importRuns: (path: string, context: JobContext) => Promise<MethodOutput<'runs.import'>>;
  readonly checkDepth: (runId: string, context: JobContext) => Promise<unknown>;
};

const name = 'Does the pre-pass keep the arm?';
/** Of 25: the eight clips are labelled in five minutes. */
const framesPerPair = 8;

/**
 * Reads the two runs of eight source clips that the room ships with and locks a study of them, so that the whole way
 * from labels to verdict can be walked before there is a run of one's own. One that is there already is answered.
 * @throws RoomError conflict outside of the demo workspace.
 */
export async function startDemoStudy(
  context: JobContext,
  deps: DemoStudyDeps & {
    readonly studies: () => Promise<readonly StudySummary[]>;
    readonly lock: (input: {
      readonly name: string;
      readonly baselineRunId: string;
      readonly candidateRunId: string;
      readonly framesPerPair: number;
    }) => Promise<StudySummary>;
  },
): Promise<StudySummary> {
  if (!deps.isDemo || deps.demoFolder === null)
    throw new RoomError(
      'conflict',
      'The study to practise on belongs to the demo workspace, and this is another one.',
      {
        hint: 'Open the demo workspace: `npm start -- --demo`, or on the command line `--demo`.',
      },
    );
  const { runs } = await deps.importRuns(join(deps.demoFolder, 'study'), context);
  const [baselineRunId, candidateRunId] = runs.map(({ runId }) => runId);
  if (baselineRunId === undefined || candidateRunId === undefined)
    throw new RoomError('path_missing', 'The two runs of the demo study are not where the room keeps them.', {
      hint: 'Install the room anew.',
    });
  const there = (await deps.studies()).find(
    (study) => study.baseline.runId === baselineRunId && study.candidate.runId === candidateRunId,
  );
  if (there !== undefined) return there;
  for (const runId of [baselineRunId, candidateRunId])
    // Without ffmpeg nobody can look at the depth here, and the plan says so.
    await deps.checkDepth(runId, context).catch((thrown: unknown) => {
      context.signal.throwIfAborted();
      context.detail(toErrorPayload(thrown).message);
    });
  return context.step('Lock the plan', () => deps.lock({ name, baselineRunId, candidateRunId, framesPerPair }));
}
