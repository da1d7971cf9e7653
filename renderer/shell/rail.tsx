import {
  Activity,
  BookOpenText,
  CalendarClock,
  Columns2,
  Eye,
  FileCog,
  HardDrive,
  Rocket,
  Rows3,
  Scale,
  Search,
  Server,
  Settings,
  Stethoscope,
  Sunrise,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useRoomQuery } from '../client/hooks.ts';
import { useFleet, useIncidents } from '../features/fleet/index.ts';
import { StateMark } from '../ui/state-mark.tsx';
import { addressOf } from './links.ts';

type Place = {
  readonly name: string;
  readonly href: string;
  readonly icon: LucideIcon;
  readonly keys: string;
  readonly owns: RegExp;
};

export const places: readonly Place[] = [
  { name: 'Morning', href: addressOf.morning, icon: Sunrise, keys: 'g m', owns: /^\/$/ },
  { name: 'Fleet', href: addressOf.fleet, icon: Server, keys: 'g f', owns: /^\/fleet(\/|$)/ },
  { name: 'Launch', href: addressOf.launch, icon: Rocket, keys: 'g l', owns: /^\/launch(\/|$)/ },
  { name: 'Config', href: addressOf.config, icon: FileCog, keys: 'g n', owns: /^\/config$/ },
  { name: 'Runs', href: addressOf.runs, icon: Rows3, keys: 'g r', owns: /^\/runs(\/|$)/ },
  { name: 'Compare', href: addressOf.compare(), icon: Columns2, keys: 'g c', owns: /^\/(compare|clip)(\/|$)/ },
  { name: 'Review', href: addressOf.review, icon: Eye, keys: 'g v', owns: /^\/review(\/|$)/ },
  { name: 'Studies', href: addressOf.studies, icon: Scale, keys: 'g e', owns: /^\/studies(\/|$)/ },
  { name: 'Snapshots', href: addressOf.snapshots, icon: HardDrive, keys: 'g b', owns: /^\/snapshots(\/|$)/ },
  { name: 'Schedule', href: addressOf.schedule, icon: CalendarClock, keys: 'g t', owns: /^\/schedule(\/|$)/ },
  { name: 'History', href: addressOf.history(), icon: Search, keys: 'g h', owns: /^\/history(\/|$)/ },
  { name: 'Memory', href: addressOf.memory, icon: BookOpenText, keys: 'g o', owns: /^\/memory(\/|$)/ },
  { name: 'Jobs', href: addressOf.jobs, icon: Activity, keys: 'g j', owns: /^\/jobs(\/|$)/ },
  { name: 'Doctor', href: addressOf.doctor, icon: Stethoscope, keys: 'g d', owns: /^\/doctor(\/|$)/ },
  { name: 'Settings', href: addressOf.settings, icon: Settings, keys: 'g s', owns: /^\/settings(\/|$)/ },
];

function PlaceLink({
  place,
  isHere,
  count,
  incidentCount,
}: {
  readonly place: Place;
  readonly isHere: boolean;
  readonly count: number | null;
  readonly incidentCount: number;
}): ReactNode {
  const Icon = place.icon;
  return (
    <Link
      href={place.href}
      className={isHere ? 'on' : ''}
      aria-current={isHere ? 'page' : undefined}
      title={`${place.name} (${place.keys.toUpperCase()})`}
    >
      <Icon className="icon" aria-hidden="true" />
      <span>{place.name} </span>
      {incidentCount > 0 ? (
        <span className="n tn">
          <StateMark shape="fail" word={String(incidentCount)} />
          <span className="sr"> open incidents</span>
        </span>
      ) : count === null ? null : (
        <span className="n tn">{count}</span>
      )}
    </Link>
  );
}

export function Rail(): ReactNode {
  const [path] = useLocation();
  const active = useRoomQuery('jobs.list', { states: ['running', 'queued'], limit: 100 });
  const activeCount = active.data?.items.length ?? 0;
  const { view } = useFleet();
  const incidentCount = useIncidents().length;
  const countOf = (name: string): number | null => {
    if (name === 'Jobs') return activeCount > 0 ? activeCount : null;
    return name === 'Fleet' ? (view?.items.length ?? null) : null;
  };
  return (
    <nav className="rail" aria-label="Places">
      {places.map((place) => (
        <PlaceLink
          key={place.name}
          place={place}
          isHere={place.owns.test(path)}
          count={countOf(place.name)}
          incidentCount={place.name === 'Fleet' ? incidentCount : 0}
        />
      ))}
    </nav>
  );
}
