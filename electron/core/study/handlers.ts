import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { contract, type MethodOutput, type MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { StudyQuestion, StudySummary } from '#shared/model/study.ts';
import type { OrientationVerdict } from '#shared/rules/orientation/verdict.ts';
import type { Database } from '../db/database.ts';
import type { Handlers } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import { canonicalJson } from '../history/event.ts';
import { stampOf, type Stamp } from '../history/stamp.ts';
import { fileError } from '../media/file-error.ts';
import type { Caller, Clock } from '../ports.ts';
import type { TaskPool } from '../tasks/task-pool.ts';
import type { BlindMedia } from '../media/blind-media.ts';
import { startDemoStudy, type DemoStudyDeps } from './demo-study.ts';
import { readLabelFile, writeLabelFile } from './label-file.ts';
import { checksOfReviewers, conflictsOf, gateLabelsOf } from './labels-of-study.ts';
import { makePlan, propose } from './make-plan.ts';
import { makeReport, readReport, type ReportDeps } from './report/make-report.ts';
import { questionOf, secretOf } from './question.ts';
import { sessionOf } from './session.ts';
import { commitToSides } from './sides.ts';
import type { StoredStudy } from './study-store.ts';
import { summaryOf } from './summary.ts';

type StudyMethods = Extract<keyof Handlers, `studies.${string}`>;

const mostFileBytes = 64 * 1024 * 1024;

export function studyHandlers(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly tasks: TaskPool;
  readonly blind: BlindMedia;
  readonly report: ReportDeps;
  readonly demo: DemoStudyDeps;
}): Pick<Handlers, StudyMethods> {
  const { database } = deps;
  const read = (studyId: string): Promise<StoredStudy> => database.read('studies.one', { studyId });
  const told = async (studyId: string): Promise<StudySummary> => {
    deps.emit({ name: 'studies.changed', payload: { studyId } });
    return summaryOf(await read(studyId));
  };
  const asked = async (studyId: string, { actor }: Stamp): Promise<StudyQuestion> => {
    deps.emit({ name: 'studies.changed', payload: { studyId } });
    return questionOf(await read(studyId), actor, deps);
  };
  const stamp = (caller: Caller): Promise<Stamp> => stampOf(deps, caller);

  async function lock(input: MethodParsedInput<'studies.lock'>, caller: Caller): Promise<StudySummary> {
    const own = await stamp(caller);
    const { plan, planHash, secret } = await makePlan(input, { database, lockedAt: own.wallTime });
    await database.write('studies.lock', { stamp: own, payload: { plan, planHash }, secret });
    return told(plan.studyId);
  }

  async function resultOf(study: StoredStudy): Promise<MethodOutput<'studies.result'>> {
    if (study.unblindedAt === null)
      throw new RoomError('conflict', 'The study is still blinded, so there is no result.', {
        hint: 'When every reviewer has signed off: studies.unblind.',
      });
    const secret = secretOf(study);
    const depth = await depthVerdicts(study, database);
    const labels = gateLabelsOf(study, secret, (clipId) => depth.get(clipId) ?? null);
    return {
      studyId: study.plan.studyId,
      evaluation: await deps.tasks.call('gate.evaluate', { labels }),
      reviewers: checksOfReviewers(study, secret),
      conflicts: conflictsOf(study, secret),
      labels,
      labelsHash: createHash('sha256').update(canonicalJson(labels)).digest('hex'),
      evaluatedAt: new Date(deps.clock.now()).toISOString(),
    };
  }

  return {
    'studies.propose': async (input) => (await propose(input, database)).proposal,
    'studies.lock': lock,
    'studies.startDemo': {
      subject: () => 'demo study',
      lane: 'import',
      isRestartable: true,
      run: (_input, context) =>
        startDemoStudy(context, {
          ...deps.demo,
          studies: async () => (await database.read('studies.all', undefined as never)).map(summaryOf),
          lock: (input) => lock(contract['studies.lock'].input.parse(input), { actor: 'schedule', name: 'the room' }),
        }),
    },
    'studies.list': async () => ({
      items: (await database.read('studies.all', undefined as never)).map(summaryOf),
    }),
    'studies.get': async ({ studyId }) => {
      const study = await read(studyId);
      const { plan, planHash, secret, unblindedAt } = study;
      const summary = summaryOf(study);
      return {
        summary,
        plan,
        planHash,
        // Nobody may learn what another one said while a label can still change.
        conflicts: summary.state === 'labelling' || secret === null ? null : hidden(conflictsOf(study, secret), study),
        sides:
          unblindedAt === null || secret === null
            ? null
            : { ...secret, isAsCommitted: commitToSides(secret) === plan.sidesCommitment },
      };
    },
    'studies.question': async ({ studyId }, caller) =>
      questionOf(await read(studyId), (await stamp(caller)).actor, deps),
    'studies.answer': async ({ studyId, itemId, left, right }, caller) => {
      const own = await stamp(caller);
      const study = await read(studyId);
      if (!sessionOf(study.plan, secretOf(study), own.actor).some((item) => item.itemId === itemId))
        throw new RoomError('not_found', 'This is no question that you were asked in this study.', {
          hint: 'Questions belong to one reviewer: look at the name in Settings.',
        });
      await database.write('studies.answer', {
        stamp: own,
        payload: { studyId, reviewer: own.actor, itemId, left, right },
      });
      return asked(studyId, own);
    },
    'studies.undo': async ({ studyId }, caller) => {
      const own = await stamp(caller);
      await database.write('studies.undo', { stamp: own, studyId, reviewer: own.actor });
      return asked(studyId, own);
    },
    'studies.signOff': async ({ studyId }, caller) => {
      const own = await stamp(caller);
      const { answeredCount, questionCount } = await questionOf(await read(studyId), own.actor, deps);
      if (answeredCount < questionCount)
        throw new RoomError('conflict', `${questionCount - answeredCount} questions are not answered yet.`, {
          hint: 'Unsure is an answer as well.',
        });
      const payload = { studyId, reviewer: own.actor, answerCount: answeredCount };
      await database.write('studies.signOff', { stamp: own, payload });
      return told(studyId);
    },
    'studies.breakBlinding': async ({ studyId, reason }, caller) => {
      await database.write('studies.breakBlinding', { stamp: await stamp(caller), payload: { studyId, reason } });
      return told(studyId);
    },
    'studies.unblind': async ({ studyId, confirm }, caller) => {
      const study = await read(studyId);
      const { name, state, reviewers } = summaryOf(study);
      const waiting = reviewers.filter(({ signedOffAt }) => signedOffAt === null).map(({ reviewer }) => reviewer);
      if (state === 'labelling')
        throw new RoomError(
          'conflict',
          waiting.length === 0
            ? 'Nobody has labelled this study yet.'
            : `${waiting.join(', ')} has not signed off: labels have to be locked before the sides are told.`,
          { hint: 'Answer every question and sign off.' },
        );
      if (confirm !== name) throw new RoomError('invalid_input', `Type the name of the study to unblind it: ${name}`);
      await database.write('studies.unblind', {
        stamp: await stamp(caller),
        payload: { studyId, ...secretOf(study) },
      });
      return told(studyId);
    },
    'studies.explainLoss': async ({ studyId, sourceClip, reason }, caller) => {
      const { plan } = await read(studyId);
      if (!plan.pairs.some((pair) => pair.sourceClip === sourceClip))
        throw new RoomError('not_found', `The study has no source clip ${sourceClip}.`);
      await database.write('studies.explainLoss', {
        stamp: await stamp(caller),
        payload: { studyId, sourceClip, reason },
      });
      return told(studyId);
    },
    'studies.result': async ({ studyId }) => resultOf(await read(studyId)),
    'studies.report': {
      subject: ({ studyId }) => `study ${studyId}`,
      lane: 'report',
      isRestartable: true,
      run: async ({ studyId }, context) => {
        const study = await read(studyId);
        const result = await context.step('Evaluate', () => resultOf(study));
        const secret = secretOf(study);
        return makeReport(
          {
            summary: summaryOf(study),
            plan: study.plan,
            planHash: study.planHash,
            sides: { ...secret, isAsCommitted: commitToSides(secret) === study.plan.sidesCommitment },
            result,
            madeAt: new Date(deps.clock.now()).toISOString(),
          },
          context,
          deps.report,
        );
      },
    },
    'studies.reportFile': async ({ studyId, format }) => {
      await read(studyId);
      return { fileName: `${studyId}-report.${format}`, text: await readReport(studyId, format, deps.report) };
    },
    'studies.exportLabels': async ({ studyId }, caller) => {
      const { actor } = await stamp(caller);
      const study = await read(studyId);
      const signOff = study.signOffs.find(({ reviewer }) => reviewer === actor);
      if (signOff === undefined)
        throw new RoomError('conflict', `${actor} has not signed off: only locked labels leave the room.`, {
          hint: 'Answer every question and sign off.',
        });
      const answers = study.labels
        .filter(({ reviewer }) => reviewer === actor)
        .map(({ itemId, left, right, answeredAt }) => ({ itemId, left, right, answeredAt }));
      return {
        fileName: `${studyId}-${actor.replaceAll(/[^A-Za-z0-9_-]+/g, '-')}.json`,
        text: writeLabelFile({
          schema: 1,
          kind: 'study_labels',
          studyId,
          planHash: study.planHash,
          reviewer: actor,
          lockedAt: signOff.signedAt,
          answers,
        }),
      };
    },
    'studies.importLabels': async (input, caller) => {
      const study = await read(input.studyId);
      const text = 'text' in input ? input.text : await readText(input.path);
      const labels = readLabelFile(text, { studyId: input.studyId, planHash: study.planHash });
      const items = new Set(sessionOf(study.plan, secretOf(study), labels.reviewer).map(({ itemId }) => itemId));
      const stray = labels.answers.filter(({ itemId }) => !items.has(itemId)).length;
      if (stray > 0 || labels.answers.length < items.size)
        throw new RoomError(
          'conflict',
          stray > 0
            ? `${stray} answers are to questions that ${labels.reviewer} was not asked in this study.`
            : `The file answers ${labels.answers.length} of ${items.size} questions.`,
          { hint: 'None of the labels is taken. Ask the reviewer for the file as it was exported.' },
        );
      const fileHash = createHash('sha256').update(text).digest('hex');
      await database.write('studies.import', { stamp: await stamp(caller), labels, fileHash });
      return told(input.studyId);
    },
  };
}

/** Before the sides are told a conflict says where people differ, and not what was said of which side. */
function hidden(
  conflicts: ReturnType<typeof conflictsOf>,
  { unblindedAt }: StoredStudy,
): ReturnType<typeof conflictsOf> {
  return unblindedAt === null ? conflicts.map((conflict) => ({ ...conflict, answers: [] })) : conflicts;
}

async function depthVerdicts(
  { plan }: StoredStudy,
  database: Database,
): Promise<ReadonlyMap<string, OrientationVerdict | null>> {
  const lists = await Promise.all(
    [plan.baseline, plan.candidate].map(({ runId }) => database.read('orientation.list', { runId })),
  );
  return new Map(lists.flat().map((item) => [item.clipId, item.standing]));
}

async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > mostFileBytes)
      throw new RoomError('file_damaged', `${path} is larger than any file of labels.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
}
