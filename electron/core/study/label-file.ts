import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RoomError } from '#shared/errors.ts';
import { answerSchema } from '#shared/rules/arm-gate/labels.ts';
import { isLoose } from '#shared/rules/loose.ts';
import { describeIssues } from '../dispatcher.ts';
import { canonicalJson } from '../history/event.ts';

/** The labels of one reviewer as they were given: left and right, since the reviewer knew no more. */
const reviewerLabelsSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('study_labels'),
  studyId: z.string().min(1).max(100),
  /** SHA-256 of the plan that was locked before the first label. */
  planHash: z.string().regex(/^[0-9a-f]{64}$/),
  reviewer: z.string().min(1).max(80),
  lockedAt: z.iso.datetime(),
  answers: z
    .array(
      z.strictObject({
        itemId: z.string().min(1).max(100),
        left: answerSchema,
        right: answerSchema,
        answeredAt: z.iso.datetime(),
      }),
    )
    .max(100_000),
});
export type ReviewerLabels = z.infer<typeof reviewerLabelsSchema>;

function sealOf(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/**
 * A reviewer's labels as the text of a file, sealed with the SHA-256 of all the rest as canonical JSON. The seal shows
 * that a file was changed or cut; it does not prove who wrote it.
 */
export function writeLabelFile(labels: ReviewerLabels): string {
  return `${JSON.stringify({ ...labels, seal: sealOf(labels) }, null, 2)}\n`;
}

/**
 * Reads a file of labels for the study that is open here. The text of the file is never repeated in an error.
 *
 * Throws `RoomError`: `file_damaged` (no JSON, no seal, changed after it was sealed), `invalid_input` (another kind of
 * file, an older or newer schema, two answers to one item), `conflict` (another study, or another plan).
 */
export function readLabelFile(
  text: string,
  study: { readonly studyId: string; readonly planHash: string },
): ReviewerLabels {
  const value = parseJson(text);
  if (!isLoose(value) || value['kind'] !== 'study_labels')
    throw new RoomError('invalid_input', 'The file is JSON, and holds no labels of a reviewer.', {
      hint: 'Choose the file that the reviewer exported.',
    });
  const { seal, ...content } = value;
  if (content['schema'] !== 1) throw otherSchema(content['schema']);
  if (typeof seal !== 'string')
    throw new RoomError('file_damaged', 'The file has no seal, so nothing shows that it is as it was exported.', {
      hint: 'Ask the reviewer for the file as it was exported.',
    });
  if (seal !== sealOf(content))
    throw new RoomError('file_damaged', 'The labels were changed after they were sealed: none of them is taken.', {
      hint: 'Ask the reviewer for the file as it was exported.',
    });
  const parsed = reviewerLabelsSchema.safeParse(content);
  if (!parsed.success)
    throw new RoomError('invalid_input', `The labels do not have their shape: ${describeIssues(parsed.error)}.`, {
      hint: 'None of them is taken.',
    });
  const labels = parsed.data;
  if (labels.studyId !== study.studyId)
    throw new RoomError('conflict', 'The labels belong to another study.', {
      hint: 'Open that study and import there.',
    });
  if (labels.planHash !== study.planHash)
    throw new RoomError('conflict', 'The labels were given under another plan than the one that is locked here.', {
      hint: 'Labels count only under the plan that was locked before them.',
    });
  if (new Set(labels.answers.map(({ itemId }) => itemId)).size !== labels.answers.length)
    throw new RoomError('invalid_input', 'The file answers one pair twice, so which answer counts is not known.', {
      hint: 'None of the labels is taken.',
    });
  return labels;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RoomError('file_damaged', 'The file is not JSON: it is damaged or cut short.', {
      hint: 'Ask the reviewer to export the labels again.',
    });
  }
}

function otherSchema(schema: unknown): RoomError {
  if (typeof schema !== 'number')
    return new RoomError('invalid_input', 'The file names no schema version, so what it means is not known.', {
      hint: 'Ask the reviewer to export the labels again.',
    });
  return new RoomError('invalid_input', `The file has schema ${schema}, and this room reads schema 1.`, {
    hint: schema < 1 ? 'Export it again with this version of the room.' : 'A newer version of the room wrote it.',
  });
}
