import { createHash, randomBytes } from 'node:crypto';
import { RoomError } from '#shared/errors.ts';
import type { ClipWithRun } from '#shared/model/clip.ts';
import type { MethodParsedInput } from '#shared/contract/index.ts';
import type { StudyPlan, StudyProposal } from '#shared/model/study.ts';
import type { OrientationVerdict } from '#shared/rules/orientation/verdict.ts';
import type { Database } from '../db/database.ts';
import { canonicalJson } from '../history/event.ts';
import { newId } from '../ids.ts';
import { evenFrames, proposeStudy, type RunClips } from './propose.ts';
import { commitToSides, type SideSecret } from './sides.ts';

const clipsOfRun = 20_000;
/** Clips without an arm that are shown now and then, and how many frames of each. */
const absentCount = 2;
const absentFrames = 4;

async function readRun(runId: string, database: Database): Promise<RunClips> {
  const run = await database.read('runs.get', { id: runId });
  if (run === null)
    throw new RoomError('not_found', `There is no run ${runId} in this workspace.`, {
      hint: '`runs.list` shows what there is.',
    });
  const [{ items: clips }, orientation] = await Promise.all([
    database.read('clips.list', { runId, offset: 0, limit: clipsOfRun }),
    database.read('orientation.list', { runId }),
  ]);
  return {
    runId,
    name: run.name,
    clips,
    orientation: new Map<string, OrientationVerdict | null>(orientation.map((item) => [item.clipId, item.standing])),
  };
}

type Runs = { readonly baselineRunId: string; readonly candidateRunId: string; readonly framesPerPair: number };

/** @throws RoomError not_found, invalid_input. */
export async function propose(
  { baselineRunId, candidateRunId, framesPerPair }: Runs,
  database: Database,
): Promise<{ readonly proposal: StudyProposal; readonly baseline: RunClips }> {
  if (baselineRunId === candidateRunId)
    throw new RoomError('invalid_input', 'A run can not be compared with itself.', {
      hint: 'Choose the run before the change as the baseline and the one after it as the candidate.',
    });
  const [baseline, candidate] = await Promise.all([
    readRun(baselineRunId, database),
    readRun(candidateRunId, database),
  ]);
  return { proposal: proposeStudy(baseline, candidate, framesPerPair), baseline };
}

/** Fixes everything of a study, and draws what decides its sides. @throws RoomError conflict, invalid_input. */
export async function makePlan(
  input: MethodParsedInput<'studies.lock'>,
  deps: { readonly database: Database; readonly lockedAt: string },
): Promise<{ readonly plan: StudyPlan; readonly planHash: string; readonly secret: SideSecret }> {
  const { proposal, baseline } = await propose(input, deps.database);
  const left = new Map(input.leaveOut.map(({ pairId, because }) => [pairId, because]));
  const unknown = input.leaveOut.find(({ pairId }) => !proposal.pairs.some((pair) => pair.pairId === pairId));
  if (unknown !== undefined)
    throw new RoomError('invalid_input', `The proposal has no pair ${unknown.pairId} that could be left out.`);
  const pairs = proposal.pairs.filter(({ pairId }) => !left.has(pairId));
  if (pairs.length === 0)
    throw new RoomError(
      'conflict',
      'No pair of these runs was made from the same inputs, so there is nothing to judge.',
      {
        hint: '`studies.propose` says of each clip why it is left out.',
        details: { excluded: proposal.excluded.slice(0, 50) },
      },
    );
  const secret = { seed: randomBytes(32).toString('hex'), salt: randomBytes(32).toString('hex') };
  const plan: StudyPlan = {
    schema: 1,
    studyId: newId('study'),
    name: input.name,
    question: input.question,
    baseline: proposal.baseline,
    candidate: proposal.candidate,
    minimumGain: input.minimumGain,
    pairs,
    excluded: [
      ...proposal.excluded,
      ...proposal.pairs.flatMap(({ pairId, sourceClip, variantName }) => {
        const because = left.get(pairId);
        return because === undefined ? [] : [{ sourceClip, variantName, because: `Left out by hand: ${because}` }];
      }),
    ],
    absent: pairs.length < 4 ? [] : clipsWithoutArm(baseline.clips, pairs),
    sidesCommitment: commitToSides(secret),
    analysisSeed: randomBytes(4).readUInt32BE(0),
    lockedAt: deps.lockedAt,
  };
  return { plan, planHash: createHash('sha256').update(canonicalJson(plan)).digest('hex'), secret };
}

/** The renders that the judged clips come from: before the robot is put into the scene there is no arm. */
function clipsWithoutArm(clips: readonly ClipWithRun[], pairs: StudyPlan['pairs']): StudyPlan['absent'] {
  const judged = new Set(pairs.map((pair) => pair.sourceClip));
  return clips
    .flatMap((clip) => {
      const shownMediaId = clip.convertedMediaId ?? (clip.playable ? clip.mediaId : null);
      if (clip.role !== 'render' || shownMediaId === null || clip.clipName === null || !judged.has(clip.clipName))
        return [];
      if (!clip.isPresent || clip.frameCount === null) return [];
      return [{ sourceClip: clip.clipName, shownMediaId, frames: evenFrames(clip.frameCount, absentFrames) }];
    })
    .slice(0, absentCount);
}
