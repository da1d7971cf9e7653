import { z } from 'zod';
import { isoTimeSchema, runIdSchema } from '../model/ids.ts';
import {
  reviewerChecksSchema,
  studyConflictSchema,
  studyIdSchema,
  studyPlanSchema,
  studyProposalSchema,
  studyQuestionSchema,
  studySummarySchema,
  usualQuestion,
} from '../model/study.ts';
import { answerSchema, studyLabelsSchema } from '../rules/arm-gate/labels.ts';
import { gateEvaluationSchema } from '../rules/arm-gate/verdict.ts';
import { command, job, query } from './define.ts';

const ofStudy = z.strictObject({ studyId: studyIdSchema });
const framesSchema = z.number().int().min(1).max(200).default(16);

export const studyMethods = {
  'studies.propose': query({
    summary: 'Pairs of two runs made from the same inputs, what is left out and why, and what gain they could show',
    input: z.strictObject({
      baselineRunId: runIdSchema,
      candidateRunId: runIdSchema,
      /** Frames asked about in each pair; all of a clip that has 24 or fewer. */
      framesPerPair: framesSchema,
    }),
    output: studyProposalSchema,
  }),
  'studies.lock': command({
    summary: 'Locks the plan of a study of two runs: from here on its pairs, frames and sides are fixed',
    input: z.strictObject({
      name: z.string().trim().min(1).max(120),
      baselineRunId: runIdSchema,
      candidateRunId: runIdSchema,
      framesPerPair: framesSchema,
      minimumGain: z.number().gt(0).max(1).default(0.1),
      question: z.string().trim().min(10).max(2000).default(usualQuestion),
      /** Pairs that are left out, with a reason each. */
      leaveOut: z
        .array(z.strictObject({ pairId: z.string().max(200), because: z.string().trim().min(1).max(400) }))
        .max(2000)
        .default([]),
    }),
    output: studySummarySchema,
  }),
  'studies.startDemo': job({
    summary: 'Reads the runs of eight source clips that come with the demo, and locks a study of them to practise on',
    input: z.strictObject({}),
    output: studySummarySchema,
  }),
  'studies.list': query({
    summary: 'Studies of arm retention with how far each reviewer is',
    input: z.strictObject({}),
    output: z.object({ items: z.array(studySummarySchema) }),
  }),
  'studies.get': query({
    summary: 'A study with its locked plan; which side is which is told once it is unblinded',
    input: ofStudy,
    output: z.object({
      summary: studySummarySchema,
      plan: studyPlanSchema,
      planHash: z.string(),
      /** Null while somebody still labels. */
      conflicts: z.array(studyConflictSchema).nullable(),
      /** What decided the sides, to be held against the commitment; null until it is unblinded. */
      sides: z.object({ seed: z.string(), salt: z.string(), isAsCommitted: z.boolean() }).nullable(),
    }),
  }),
  'studies.question': query({
    summary: 'The next question for the reviewer of this room: nothing in it tells the sides apart',
    input: ofStudy,
    output: studyQuestionSchema,
  }),
  'studies.answer': command({
    summary: 'Answers a question of a study for both sides, and answers with the next one',
    input: z.strictObject({
      studyId: studyIdSchema,
      itemId: z.string().min(1).max(100),
      left: answerSchema,
      right: answerSchema,
    }),
    output: studyQuestionSchema,
  }),
  'studies.undo': command({
    summary: 'Takes the reviewer’s newest answer back and asks that question again',
    input: ofStudy,
    output: studyQuestionSchema,
  }),
  'studies.signOff': command({
    summary: 'Locks the labels of the reviewer of this room; nothing can be changed after it',
    input: ofStudy,
    output: studySummarySchema,
  }),
  'studies.breakBlinding': command({
    summary: 'Says that a reviewer could have known the sides: the study decides nothing any more',
    input: z.strictObject({ studyId: studyIdSchema, reason: z.string().trim().min(1).max(2000) }),
    output: studySummarySchema,
  }),
  'studies.unblind': command({
    summary: 'Tells the sides of a study whose reviewers have all signed off; no label is taken after it',
    input: z.strictObject({
      studyId: studyIdSchema,
      /** The name of the study, typed. */
      confirm: z.string(),
    }),
    output: studySummarySchema,
  }),
  'studies.explainLoss': command({
    summary: 'Writes down why a source clip lost the arm in the candidate, so that it alone forbids no acceptance',
    input: z.strictObject({
      studyId: studyIdSchema,
      sourceClip: z.string().min(1).max(400),
      reason: z.string().trim().min(1).max(2000),
    }),
    output: studySummarySchema,
  }),
  'studies.result': query({
    summary: 'What the gate decides from an unblinded study, with the line that decided and all figures',
    input: ofStudy,
    output: z.object({
      studyId: studyIdSchema,
      evaluation: gateEvaluationSchema,
      reviewers: z.array(reviewerChecksSchema),
      conflicts: z.array(studyConflictSchema),
      /** What was evaluated: `gate.evaluate` answers the same from it. */
      labels: studyLabelsSchema,
      labelsHash: z.string(),
      evaluatedAt: isoTimeSchema,
    }),
  }),
  'studies.report': job({
    summary: 'The report of an unblinded study, with the frames as pictures, as a page that stands alone and as JSON',
    input: ofStudy,
    output: z.object({
      htmlPath: z.string(),
      jsonPath: z.string(),
      pictureCount: z.number().int(),
      /** What there is no picture of, and why. */
      pictureNote: z.string().nullable(),
    }),
  }),
  'studies.reportFile': query({
    summary: 'The report of a study as it was made last',
    input: z.strictObject({ studyId: studyIdSchema, format: z.enum(['html', 'json']) }),
    output: z.object({ fileName: z.string(), text: z.string() }),
  }),
  'studies.exportLabels': query({
    summary: 'The signed-off labels of the reviewer of this room as a sealed file for another room',
    input: ofStudy,
    output: z.object({ fileName: z.string(), text: z.string() }),
  }),
  'studies.importLabels': command({
    summary: 'Takes the sealed labels of another reviewer into a study',
    input: z.union([
      z.strictObject({ studyId: studyIdSchema, path: z.string().min(1).max(4000) }),
      z.strictObject({ studyId: studyIdSchema, text: z.string().min(1).max(64_000_000) }),
    ]),
    output: studySummarySchema,
  }),
} as const;
