import { join } from 'node:path';
import type { OrientationCheck, OrientationEvidence } from '#shared/model/orientation.ts';
import { orientationRulesVersion, orientationThresholds } from '#shared/rules/orientation/verdict.ts';
import type { PlannedCheck, RunCheckDeps } from './check-deps.ts';
import { openDepth, type OpenedDepth } from './depth-files.ts';
import { controlPathOf, type DepthPlan } from './depth-plan.ts';
import { depthWindowOf } from './depth-window.ts';
import type { InputDepth } from './find-input-depth.ts';
import { wholeWindow } from './luma-frames.ts';
import type { OrientationSubject } from './orientation-store.ts';
import type { OrientationAnswer } from './orientation-tasks.ts';
import { sampleOtherInputs, sourceOf, type OtherInput } from './other-inputs.ts';

/** What was found out about one clip. */
export type FoundOrientation = Pick<OrientationCheck, 'verdict' | 'transform' | 'polarity' | 'because' | 'evidence'> & {
  readonly subject: OrientationSubject;
  readonly controlPath: string;
};

/** Compares control and input depth of clips of one run, those with one input depth in a row. */
export async function* compareDepthOfRun(
  deps: RunCheckDeps,
  wanted: readonly OrientationSubject[],
): AsyncGenerator<FoundOrientation> {
  const { database, runId, signal } = deps;
  const places = await database.read('orientation.places', { runId });
  if (places.length === 0) {
    for (const subject of wanted) yield undecided(deps, subject, 'The folder of the run is not on this computer.', {});
    return;
  }
  const all = (await database.read('orientation.subjects', { runId })) ?? [];
  const clipPaths = all.map((it) => it.path);
  const plans = await deps.tasks.call('orientation.plan', { places, clipPaths }, { signal });
  const planned = all.map((subject, at): PlannedCheck => ({ subject, plan: plans[at]! }));
  const others = await sampleOtherInputs(deps, planned);
  const ids = new Set(wanted.map((it) => it.clipId));
  const chosen = planned.filter(({ subject }) => ids.has(subject.clipId));
  const openNext = pairOpener(deps);
  // One is decoded while the one before it is compared: two programs that would wait for each other.
  let comparing: Promise<FoundOrientation> | null = null;
  for (const check of chosen.toSorted((a, b) => (inputKeyOf(a.plan) < inputKeyOf(b.plan) ? -1 : 1))) {
    signal.throwIfAborted();
    const opened = await openNext(check);
    if (comparing !== null) yield await comparing;
    comparing = 'verdict' in opened ? Promise.resolve(opened) : compareOne(deps, opened, others);
    // Whoever waits for it is told; until then nobody is.
    comparing.catch(() => undefined);
  }
  if (comparing !== null) yield await comparing;
}

/** Opens control and input depth of one clip after the other; an input that several share is decoded once. */
function pairOpener(deps: RunCheckDeps): (check: PlannedCheck) => Promise<Opened | FoundOrientation> {
  const kept: { key: string; opened: OpenedDepth | null } = { key: '', opened: null };
  // What is compared now must not be written over by what is decoded next.
  let controls = 0;
  let inputs = 0;
  return async ({ subject, plan }) => {
    if (!plan.hasControl)
      return undecided(deps, subject, `The control depth ${plan.controlPath} is not in the run folder.`, {});
    controls += 1;
    const control = await openDepth(deps, {
      root: plan.root,
      path: plan.controlPath,
      turned: 'identity',
      destination: join(deps.folder, `control-${controls % 2}.luma`),
    });
    if (!plan.input.ok) return undecided(deps, subject, plan.input.because, { control: control.file });
    const key = inputKeyOf(plan);
    if (kept.opened === null || kept.key !== key) {
      const { path, turned } = plan.input.input;
      inputs += 1;
      const destination = join(deps.folder, `input-${inputs % 2}.luma`);
      kept.opened = await openDepth(deps, { root: plan.root, path, turned, destination });
      kept.key = key;
    }
    return { subject, controlPath: plan.controlPath, depth: plan.input.input, control, input: kept.opened };
  };
}

const inputKeyOf = ({ root, input }: DepthPlan): string =>
  input.ok ? JSON.stringify([root, input.input.path, input.input.turned]) : '';

/** Both depths of a clip, opened, with what the pipeline did to the input. */
type Opened = {
  readonly subject: OrientationSubject;
  readonly controlPath: string;
  readonly depth: InputDepth;
  readonly control: OpenedDepth;
  readonly input: OpenedDepth;
};

async function compareOne(
  deps: RunCheckDeps,
  { subject, controlPath, depth, control, input }: Opened,
  others: readonly OtherInput[],
): Promise<FoundOrientation> {
  const { from, turned, trim, note } = depth;
  const known: Partial<OrientationEvidence> = {
    control: control.file,
    input: input.file,
    inputFrom: from,
    inputNote: note,
    inputTurned: turned,
  };
  if (!control.ok) return undecided(deps, subject, control.because, known);
  if (!input.ok) return undecided(deps, subject, input.because, known);
  const inputFrames = { frameCount: input.luma.frameCount, fps: input.file.fps };
  const matched = depthWindowOf(inputFrames, { fps: control.file.fps }, trim);
  if (!matched.ok) return undecided(deps, subject, matched.because, known);
  const source = sourceOf(subject, depth);
  const foreign = others.filter((it) => it.source !== source && it.sha256 !== input.file.sha256);
  const answer = await deps.tasks.call(
    'orientation.read',
    {
      control: { file: control.luma, window: wholeWindow(control.luma.frameCount) },
      input: { file: input.luma, window: matched.window },
      others: foreign.map((it) => it.frames),
    },
    { signal: deps.signal },
  );
  const { reading } = answer;
  return {
    subject,
    controlPath,
    verdict: reading.verdict,
    transform: reading.transform,
    polarity: reading.polarity,
    because: [reading.because, ...remarks(answer, known)].join(' '),
    evidence: evidenceOf(deps, {
      ...known,
      window: matched.window,
      framePairs: answer.framePairs.map(([a, b]): [number, number] => [a, b]),
      summary: reading.summary === null ? null : { ...reading.summary, candidates: [...reading.summary.candidates] },
      likeness: reading.likeness,
      shiftFrames: reading.shiftFrames,
      sameClip: reading.sameClip,
    }),
  };
}

/** What else a person should know; none of it decides how the depth lies. */
function remarks({ reading }: OrientationAnswer, { control, input }: Partial<OrientationEvidence>): string[] {
  const turns = [control?.rotationDegrees ?? 0, input?.rotationDegrees ?? 0] as const;
  const { otherCount, isEnough } = reading.sameClip;
  const isTested = reading.summary !== null && reading.verdict !== 'not_the_same_clip';
  return [
    ...(reading.polarity === 'inverted' ? ['Near and far are swapped.'] : []),
    ...(turns[0] === turns[1]
      ? []
      : [`The files ask players to turn them by ${turns[0]} and ${turns[1]} degrees; they were compared as stored.`]),
    ...(isTested && !isEnough
      ? [
          otherCount === 0
            ? 'There is no other clip to hold it against.'
            : `Held against ${otherCount} other ${otherCount === 1 ? 'clip' : 'clips'}, which is few.`,
        ]
      : []),
  ];
}

function undecided(
  deps: RunCheckDeps,
  subject: OrientationSubject,
  because: string,
  known: Partial<OrientationEvidence>,
): FoundOrientation {
  return {
    subject,
    controlPath: known.control?.path ?? controlPathOf(subject.path),
    verdict: 'inconclusive',
    transform: null,
    polarity: 'unclear',
    because,
    evidence: evidenceOf(deps, known),
  };
}

function evidenceOf(deps: RunCheckDeps, known: Partial<OrientationEvidence>): OrientationEvidence {
  return {
    control: null,
    input: null,
    inputFrom: null,
    inputNote: null,
    inputTurned: 'identity',
    window: null,
    framePairs: [],
    summary: null,
    likeness: null,
    shiftFrames: null,
    sameClip: { bar: null, otherCount: 0, isEnough: false, alikeCount: 0 },
    thresholds: { ...orientationThresholds },
    versions: { rules: orientationRulesVersion, room: deps.roomVersion, ffmpeg: deps.ffmpeg.version },
    ...known,
  };
}
