import type { ClipWithRun, PairSuggestion } from '#shared/model/clip.ts';
import type { Database } from '../db/database.ts';
import { suggestPairs } from './suggest-pairs.ts';

const clipsOfRun = 20_000;
const subjectsOfRun = 40;
const twinsOfClip = 20;
const twinsInList = 3;

/** Pairs worth comparing with one clip, in the order of their worth. */
export async function pairsOfClip(database: Database, subject: ClipWithRun): Promise<PairSuggestion[]> {
  const [siblings, twins] = await Promise.all([
    database.read('clips.list', { runId: subject.runId, offset: 0, limit: clipsOfRun }),
    database.read('clips.twins', { id: subject.id, limit: twinsOfClip }),
  ]);
  return suggestPairs({ subject, siblings: siblings.items, twins });
}

/** Pairs within a run and with its twins in others. */
export async function pairsOfRun(database: Database, runId: string): Promise<PairSuggestion[]> {
  const { items } = await database.read('clips.list', { runId, offset: 0, limit: clipsOfRun });
  const subjects = items.filter((it) => it.role === 'enriched').slice(0, subjectsOfRun);
  const suggestions = await Promise.all(
    subjects.map(async (subject) =>
      suggestPairs({
        subject,
        siblings: items,
        twins: await database.read('clips.twins', { id: subject.id, limit: twinsInList }),
      }),
    ),
  );
  return withoutRepeats(suggestions.flat());
}

/** Pairs of the newest run that has enriched clips: what a person who names nothing most likely wants. */
export async function newestPairs(database: Database): Promise<PairSuggestion[]> {
  const { items } = await database.read('clips.list', { role: ['enriched'], offset: 0, limit: 1 });
  return items[0] === undefined ? [] : pairsOfRun(database, items[0].runId);
}

/** Two variants are each other's partner: one pair, not two. */
function withoutRepeats(pairs: readonly PairSuggestion[]): PairSuggestion[] {
  const seen = new Set<string>();
  return pairs.filter((pair) => {
    const key = [pair.left.id, pair.right.id].toSorted().join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
