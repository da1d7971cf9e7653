import { expect, test } from 'vitest';
import { RoomError } from '#shared/errors.ts';
import { readLabelFile, writeLabelFile, type ReviewerLabels } from './label-file.ts';

const study = { studyId: 'study_1', planHash: 'a'.repeat(64) };
const at = '2026-03-01T10:00:00.000Z';
const labels: ReviewerLabels = {
  schema: 1,
  kind: 'study_labels',
  ...study,
  reviewer: 'Ada',
  lockedAt: at,
  answers: [
    { itemId: 'item_1', left: 'yes', right: 'no', answeredAt: at },
    { itemId: 'item_2', left: 'unsure', right: 'yes', answeredAt: at },
  ],
};

function refusal(text: string): string {
  try {
    readLabelFile(text, study);
  } catch (error) {
    if (error instanceof RoomError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'taken';
}

test('what was written is read back', () => {
  expect(readLabelFile(writeLabelFile(labels), study)).toEqual(labels);
});

test('each file that can not be taken is told apart', () => {
  const text = writeLabelFile(labels);
  const without = { ...(JSON.parse(text) as Record<string, unknown>) };
  delete without['seal'];
  const refusals = [
    text.slice(0, -20),
    '[]',
    text.replace('"yes"', '"no"'),
    JSON.stringify(without),
    text.replace('"schema": 1', '"schema": 0'),
    text.replace('"schema": 1', '"schema": 2'),
    writeLabelFile({ ...labels, studyId: 'study_2' }),
    writeLabelFile({ ...labels, planHash: 'b'.repeat(64) }),
    writeLabelFile({ ...labels, answers: [labels.answers[0]!, labels.answers[0]!] }),
  ].map(refusal);
  expect(refusals).toEqual([
    'file_damaged: The file is not JSON: it is damaged or cut short.',
    'invalid_input: The file is JSON, and holds no labels of a reviewer.',
    'file_damaged: The labels were changed after they were sealed: none of them is taken.',
    'file_damaged: The file has no seal, so nothing shows that it is as it was exported.',
    'invalid_input: The file has schema 0, and this room reads schema 1.',
    'invalid_input: The file has schema 2, and this room reads schema 1.',
    'conflict: The labels belong to another study.',
    'conflict: The labels were given under another plan than the one that is locked here.',
    'invalid_input: The file answers one pair twice, so which answer counts is not known.',
  ]);
});
