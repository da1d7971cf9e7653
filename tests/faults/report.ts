import type { ScenarioResult } from './scenario.ts';

/** What became of a scenario, to be printed at once: what was violated, in words, and how it is repeated. */
export function resultLines(
  { number, violations, strikes, elapsedMs }: ScenarioResult,
  campaign: { readonly seed: number; readonly only: string | null },
): string[] {
  const state = violations.length === 0 ? 'ok' : `${violations.length} VIOLATIONS`;
  const faults = strikes.map(({ kind, isHit }) => `${kind}${isHit ? '' : ' (missed)'}`).join(', then ');
  const line = `scenario ${number}: ${state}, ${(elapsedMs / 1000).toFixed(1)} s, ${faults}`;
  return violations.length === 0
    ? [line]
    : [line, ...violationLines(violations), `  again: ${commandOf(campaign, number)}`];
}

const violationLines = (violations: ScenarioResult['violations']): string[] => [
  ...violations.slice(0, 8).map(({ invariant, what }) => `  ${invariant}: ${what}`),
  ...(violations.length > 8 ? [`  and ${violations.length - 8} more`] : []),
];

/** One line for each kind of fault, then what was violated, each with the command that repeats it. */
export function reportLines(
  results: readonly ScenarioResult[],
  campaign: { readonly seed: number; readonly only: string | null },
): string[] {
  const kinds = new Map<string, { count: number; hits: number; broken: Set<number> }>();
  for (const { number, strikes, violations } of results)
    for (const { kind, isHit } of strikes) {
      const sum = kinds.get(kind) ?? { count: 0, hits: 0, broken: new Set() };
      kinds.set(kind, sum);
      sum.count += 1;
      if (isHit) sum.hits += 1;
      if (violations.length > 0) sum.broken.add(number);
    }
  const rows = [...kinds]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([kind, { count, hits, broken }]) =>
        `${kind.padEnd(44)} ${String(count).padStart(5)} injected ${String(hits).padStart(5)} hit (${Math.round(
          (100 * hits) / count,
        )
          .toString()
          .padStart(3)} %) ${broken.size} scenarios broken`,
    );
  const broken = results.filter((result) => result.violations.length > 0);
  const faults = broken.flatMap(({ number, strikes, violations }) => [
    `scenario ${number} (${strikes.map(({ kind }) => kind).join(', then ')}):`,
    ...violationLines(violations),
    `  again: ${commandOf(campaign, number)}`,
  ]);
  const strikes = results.flatMap((result) => result.strikes);
  const hits = strikes.filter(({ isHit }) => isHit).length;
  return [
    ...rows,
    ...faults,
    `seed ${campaign.seed}: ${results.length} scenarios, ${strikes.length} faults, ${hits} hit during the work, ${broken.length} scenarios with violations`,
  ];
}

const commandOf = (campaign: { readonly seed: number; readonly only: string | null }, number: number): string =>
  `npm run faults -- --seed ${campaign.seed} --from ${number} --count 1${campaign.only === null ? '' : ` --kind ${JSON.stringify(campaign.only)}`}`;

/** Kinds of which fewer than seven in ten struck during the work; rare ones are given the benefit of the doubt. */
export function kindsThatMiss(results: readonly ScenarioResult[]): readonly string[] {
  const kinds = new Map<string, { count: number; hits: number }>();
  for (const { kind, isHit } of results.flatMap((result) => result.strikes)) {
    const sum = kinds.get(kind) ?? { count: 0, hits: 0 };
    kinds.set(kind, { count: sum.count + 1, hits: sum.hits + (isHit ? 1 : 0) });
  }
  return [...kinds].filter(([, { count, hits }]) => count >= 10 && hits / count < 0.7).map(([kind]) => kind);
}
