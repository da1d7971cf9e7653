import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { gatesStateSchema, provenanceStateSchema, runStatusSchema } from '#shared/model/verdict.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import {
  gatesShapes,
  gatesWords,
  provenanceShapes,
  provenanceWords,
  statusShapes,
  statusWords,
} from '../../ui/verdict-shapes.ts';
import { isFiltered, noFilters, setFilters, useRuns, type SinceChoice } from './runs-store.ts';

function Chip({
  name,
  value,
  isSet,
  children,
}: {
  readonly name: string;
  readonly value: string;
  readonly isSet: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Menu
      label={`${name}: ${value}`}
      buttonClass={classes('chip', isSet && 'set')}
      button={
        <>
          {name} <b>{value}</b>
        </>
      }
    >
      {children}
    </Menu>
  );
}

/** A filter over the states of one verdict; none ticked means all. */
function StateChip<S extends string>({
  name,
  states,
  words,
  shapes,
  chosen,
  onChange,
}: {
  readonly name: string;
  readonly states: readonly S[];
  readonly words: Record<S, string>;
  readonly shapes: Record<S, StateShape>;
  readonly chosen: readonly S[];
  readonly onChange: (chosen: readonly S[]) => void;
}): ReactNode {
  const value =
    chosen.length === 0
      ? 'all'
      : chosen.length <= 2
        ? chosen.map((state) => words[state]).join(', ')
        : `${chosen.length} of ${states.length}`;
  return (
    <Chip name={name} value={value} isSet={chosen.length > 0}>
      {states.map((state) => (
        <MenuChoice
          key={state}
          checked={chosen.includes(state)}
          onToggle={() =>
            onChange(chosen.includes(state) ? chosen.filter((each) => each !== state) : [...chosen, state])
          }
        >
          <StateMark shape={shapes[state]} word={words[state]} />
        </MenuChoice>
      ))}
    </Chip>
  );
}

const sinceWords: Record<SinceChoice, string> = { all: 'the start', day: '24 hours', week: '7 days', month: '30 days' };

export function RunFilterBar({ facilityIds }: { readonly facilityIds: readonly string[] }): ReactNode {
  const filters = useRuns((state) => state.filters);
  return (
    <>
      <Chip name="Facility" value={filters.facilityId ?? 'all'} isSet={filters.facilityId !== null}>
        <MenuChoice single checked={filters.facilityId === null} onToggle={() => setFilters({ facilityId: null })}>
          all
        </MenuChoice>
        {facilityIds.map((facilityId) => (
          <MenuChoice
            key={facilityId}
            single
            checked={filters.facilityId === facilityId}
            onToggle={() => setFilters({ facilityId })}
          >
            {facilityId}
          </MenuChoice>
        ))}
      </Chip>
      <StateChip
        name="Status"
        states={runStatusSchema.options}
        words={statusWords}
        shapes={statusShapes}
        chosen={filters.status}
        onChange={(status) => setFilters({ status })}
      />
      <StateChip
        name="Gates"
        states={gatesStateSchema.options}
        words={gatesWords}
        shapes={gatesShapes}
        chosen={filters.gates}
        onChange={(gates) => setFilters({ gates })}
      />
      <StateChip
        name="Provenance"
        states={provenanceStateSchema.options}
        words={provenanceWords}
        shapes={provenanceShapes}
        chosen={filters.provenance}
        onChange={(provenance) => setFilters({ provenance })}
      />
      <Chip name="Since" value={sinceWords[filters.since]} isSet={filters.since !== 'all'}>
        {(Object.keys(sinceWords) as SinceChoice[]).map((since) => (
          <MenuChoice key={since} single checked={filters.since === since} onToggle={() => setFilters({ since })}>
            {sinceWords[since]}
          </MenuChoice>
        ))}
      </Chip>
      {isFiltered(filters) ? (
        <Button kind="ghost" size="small" onClick={() => setFilters(noFilters)}>
          <X className="icon" aria-hidden="true" />
          Clear
        </Button>
      ) : null}
    </>
  );
}
