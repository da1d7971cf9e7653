import { Columns2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { PairSuggestion } from '#shared/model/clip.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Menu, MenuAction } from '../../ui/menu.tsx';

const kindWords: Record<PairSuggestion['kind'], string> = {
  same_clip_other_run: 'Same clip and variant in another run',
  enriched_and_render: 'Enriched beside its render',
  control_and_input_depth: 'Control depth beside input depth',
  variant_and_variant: 'Two variants of a clip',
  before_and_after_polish: 'Before and after the polish',
};
const shownPerKind = 6;

/** Pairs of clips worth comparing in this run, by why they are. */
export function PairsMenu({ runId }: { readonly runId: string }): ReactNode {
  const pairs = useRoomQuery('clips.suggestPairs', { runId });
  const [, navigate] = useLocation();
  const items = pairs.data?.items ?? [];
  const kinds = (Object.keys(kindWords) as PairSuggestion['kind'][]).filter((kind) =>
    items.some((item) => item.kind === kind),
  );
  return (
    <Menu
      label="Compare"
      button={
        <>
          <Columns2 className="icon" aria-hidden="true" />
          Compare…
        </>
      }
    >
      {kinds.length === 0 ? (
        <MenuAction onSelect={() => navigate(addressOf.compare())}>
          {pairs.error !== null
            ? 'Pairs could not be read; choose clips by hand'
            : pairs.data === undefined
              ? 'Reading pairs'
              : 'No pair found; choose clips by hand'}
        </MenuAction>
      ) : null}
      {kinds.map((kind) => (
        <div key={kind} role="group" aria-label={kindWords[kind]}>
          <div className="head">{kindWords[kind]}</div>
          {items
            .filter((item) => item.kind === kind)
            .slice(0, shownPerKind)
            .map((item) => (
              <MenuAction
                key={`${item.left.id} ${item.right.id}`}
                onSelect={() => navigate(addressOf.compare(item.left.id, item.right.id))}
                end={item.differences.length === 0 ? undefined : `${item.differences.length} differ`}
              >
                <span className="trunc">{item.title}</span>
              </MenuAction>
            ))}
        </div>
      ))}
    </Menu>
  );
}
