import type { RemoteCheck } from '../../model/remote-run.ts';

const row = /^\s*(?:.*?: )?\[(PASS|FAIL|SKIP)\] (\S+)(?: — (.*))?\s*$/;
const count = /(?:^|: )Preflight: (\d+)\/(\d+) checks passed\s*$/;

/** What checks of the pipeline are known to have cost, by their names (facts of the pipeline, sections 5 and 8). */
const incidents: readonly (readonly [RegExp, string])[] = [
  [/^dep:(?:natsort|sam2)$/, '5'],
  [/^enrich:cosmos_predict_tokenizer$/, '8'],
  [/^import:cosmos_predict2$/, '1'],
  [/^cloud:budget_enforcement$/, '4'],
  [/^cloud:auto_shutdown_enforcement$/, '13'],
];

/**
 * The rows that the pipeline's preflight printed, in their order; the same name may stand there twice. A row that
 * its own count does not confirm makes the list not checked: part of the output is missing.
 */
export function readCheckRows(text: string): {
  readonly rows: readonly RemoteCheck[];
  /** What its own last line says; null when it never came. */
  readonly count: { readonly passed: number; readonly all: number } | null;
} {
  const rows: RemoteCheck[] = [];
  let told: { passed: number; all: number } | null = null;
  for (const line of text.split('\n')) {
    const counted = count.exec(line);
    if (counted !== null) told = { passed: Number(counted[1]), all: Number(counted[2]) };
    const match = row.exec(line);
    if (match === null) continue;
    const [, verdict, id, detail] = match;
    rows.push({
      id: id!,
      by: 'pipeline',
      state: verdict === 'PASS' ? 'passed' : verdict === 'FAIL' ? 'failed' : 'not_checked',
      evidence: detail ?? (verdict === 'PASS' ? 'Passed.' : 'It gave no reason.'),
      fix: null,
      incident: verdict === 'PASS' ? null : (incidents.find(([pattern]) => pattern.test(id!))?.[1] ?? null),
    });
  }
  return { rows, count: told };
}
