import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { RoomError } from '#shared/errors.ts';
import { isLoose, type Loose } from '#shared/rules/loose.ts';
import { findContradiction, studyLabelsSchema, type StudyLabels } from '#shared/rules/arm-gate/labels.ts';
import { describeIssues } from '../dispatcher.ts';
import { canonicalJson } from '../history/event.ts';
import { fileError } from '../media/file-error.ts';

export type ReadLabels = { readonly labels: StudyLabels; readonly labelsHash: string; readonly isSealed: boolean };

/** 2,000 pairs with every frame labelled by two reviewers are about 20 MB. */
const mostBytes = 64 * 1024 * 1024;

/**
 * The labels of a study from a file. A file may carry a seal, the SHA-256 of all the rest as canonical JSON: then it
 * has to fit. The text of the file is never repeated in an error.
 *
 * Throws `RoomError`: `file_missing`, `path_unreadable`, `file_damaged` (no JSON, too large, changed after it was
 * sealed), `invalid_input` (another schema, or labels that contradict themselves).
 */
export async function readLabels(source: string | Loose): Promise<ReadLabels> {
  return checkLabels(typeof source === 'string' ? await parseFile(source) : source);
}

async function parseFile(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RoomError('file_damaged', `${path} is not JSON, so it holds no labels that can be read.`, {
      hint: 'Export the labels again.',
    });
  }
}

async function readText(path: string): Promise<string> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > mostBytes) throw new RoomError('file_damaged', `${path} is larger than any file of labels.`);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(path, error);
  }
}

function checkLabels(value: unknown): ReadLabels {
  if (!isLoose(value)) throw new RoomError('invalid_input', 'The labels are JSON, and not the labels of a study.');
  const { seal, ...content } = value;
  if (content['schema'] !== 1) throw otherSchema(content['schema']);
  const labelsHash = createHash('sha256').update(canonicalJson(content)).digest('hex');
  if (seal !== undefined && seal !== labelsHash)
    throw new RoomError(
      'file_damaged',
      'The labels were changed after they were sealed: nothing is decided from them.',
      {
        hint: 'Ask for the file as it was exported.',
      },
    );
  const parsed = studyLabelsSchema.safeParse(content);
  if (!parsed.success)
    throw new RoomError(
      'invalid_input',
      `The labels do not have the shape of a study: ${describeIssues(parsed.error)}.`,
      {
        hint: 'Nothing was evaluated.',
      },
    );
  const contradiction = findContradiction(parsed.data);
  if (contradiction !== null)
    throw new RoomError('invalid_input', `The labels contradict themselves: ${contradiction}.`, {
      hint: 'A label that counts twice would make evidence out of nothing; nothing was evaluated.',
    });
  return { labels: parsed.data, labelsHash, isSealed: seal !== undefined };
}

function otherSchema(schema: unknown): RoomError {
  if (typeof schema !== 'number')
    return new RoomError('invalid_input', 'The labels name no schema version, so what they mean is not known.');
  return new RoomError('invalid_input', `The labels have schema ${schema}, and this room reads schema 1.`, {
    hint: schema < 1 ? 'Export them again with this version of the room.' : 'A newer version of the room wrote them.',
  });
}
