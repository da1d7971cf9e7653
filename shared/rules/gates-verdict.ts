import type { RunVerdicts } from '../model/verdict.ts';
import type { GateFinding } from './gate-finding.ts';

/**
 * Did quality pass? One failed gate fails it, whatever the run's status. Gates that are off or have no limit
 * are not counted; one that counts and was not measured keeps the verdict from being "passed".
 */
export function decideGates(findings: readonly GateFinding[]): RunVerdicts['gates'] {
  const counted = findings.filter((finding) => finding.counts);
  const of = (state: GateFinding['state']): readonly GateFinding[] =>
    counted.filter((finding) => finding.state === state);
  const failed = of('failed');
  const passed = of('passed');
  const unknown = of('unknown');
  const evidence = [...failed, ...unknown, ...of('not_measured'), ...passed].map(sentence);
  const off = findings.filter((finding) => !finding.counts);
  if (off.length > 0)
    evidence.push(`Not counted: ${off.map((finding) => `${finding.name} (${finding.measured})`).join('; ')}.`);
  if (evidence.length === 0) evidence.push('No stage with a gate was found.');

  const measured = failed.length + passed.length;
  if (failed.length > 0) {
    // Those that nobody measured have not passed: the label says how many are open.
    const open = counted.length - measured;
    const label = open === 0 ? `${failed.length} of ${counted.length} failed` : `${failed.length} failed, ${open} open`;
    return { state: 'failed', label, evidence };
  }
  if (counted.length > 0 && passed.length === counted.length)
    return { state: 'passed', label: `${passed.length} of ${counted.length} passed`, evidence };
  if (measured > 0) return { state: 'partly_measured', label: `${measured} of ${counted.length} measured`, evidence };
  if (unknown.length > 0) return { state: 'unknown', label: 'Unknown', evidence };
  return { state: 'none_reached', label: 'None reached', evidence };
}

function sentence(finding: GateFinding): string {
  const where = finding.facilityId === null ? '' : `, ${finding.facilityId}`;
  return `${finding.name}${where}: ${finding.state.replace('_', ' ')}. ${finding.measured} (${finding.source}).`;
}
