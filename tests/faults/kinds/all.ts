import type { FaultKind } from '../fault-kind.ts';
import { createDice, scenarioSeed } from '../seeds.ts';
import { bucketKinds } from './bucket.ts';
import { clockKinds } from './clock.ts';
import { diskKinds } from './disk.ts';
import { fileKinds } from './files.ts';
import { historyKinds } from './history.ts';
import { identityKinds } from './identity.ts';
import { killKinds } from './kills.ts';
import { largeLaneKinds } from './large-lane.ts';
import { networkKinds } from './network.ts';
import { oddKinds } from './odd.ts';
import { rivalKinds } from './rivals.ts';
import { shrinkKinds } from './shrink.ts';

/** Every way in which a scenario can go wrong. */
export const faultKinds: readonly FaultKind[] = [
  ...networkKinds,
  ...fileKinds,
  ...killKinds,
  ...largeLaneKinds,
  ...oddKinds,
  ...historyKinds,
  ...identityKinds,
  ...shrinkKinds,
  ...diskKinds,
  ...clockKinds,
  ...rivalKinds,
  ...bucketKinds,
];

/** The kind of a scenario: each comes in turn, so that a short campaign has all of them; rare ones are left out mostly. */
export function drawKind(campaignSeed: number, number: number, only: string | null): FaultKind {
  const chosen = only === null ? faultKinds : faultKinds.filter((kind) => kind.name.includes(only));
  if (chosen.length === 0)
    throw new Error(`No fault is called ${only}. There are: ${faultKinds.map((kind) => kind.name).join(', ')}`);
  const dice = createDice(scenarioSeed(campaignSeed, number)).apart('kind');
  const offset = scenarioSeed(campaignSeed, -1);
  for (let turn = 0; ; turn++) {
    const kind = chosen[(offset + number + turn * 7) % chosen.length]!;
    if (only !== null || dice.chance(kind.weight ?? 1)) return kind;
  }
}
