import type { RemoteStep, StepOutcome } from '#shared/model/step.ts';
import type { ResultFile } from './step-shell.ts';

/**
 * What a step came to. Exit codes of the pipeline mislead (a stage command ends with 0 although its stage
 * failed): result files that are newer than its start count as well, and a run that left none is no success.
 * @param results of the pipeline, newer than the start; null for a step that writes none
 */
export function judgeStep(step: RemoteStep, results: readonly ResultFile[] | null): StepOutcome {
  const faults: string[] = [];
  if (step.state === 'lost') faults.push(step.because ?? 'The machine is gone.');
  if (step.state === 'vanished') faults.push(`How it ended is not known: ${step.because ?? 'no record'}`);
  if (step.state === 'cancelled') faults.push('Cancelled.');
  if (step.signalNumber !== null) faults.push(`Ended by signal ${step.signalNumber}.`);
  else if (step.exitCode !== null && step.exitCode !== 0) faults.push(`Exit code ${step.exitCode}.`);
  if (results !== null) {
    const failed = results.filter((it) => it.status !== 'success' && it.status !== 'skipped');
    for (const it of failed.slice(0, 5))
      faults.push(
        `${it.path} says ${it.status ?? 'nothing that can be read'}${it.detail === '' ? '' : `: ${it.detail.slice(0, 200)}`}.`,
      );
    if (results.length === 0 && faults.length === 0) faults.push('It ended with 0 and wrote no result file.');
  }
  if (step.gaps.length > 0 && faults.length === 0)
    return { isGood: true, because: `Ended with 0. Parts of its output are missing: ${gapWords(step)}.` };
  if (faults.length === 0)
    return {
      isGood: true,
      because: results === null ? 'Ended with 0.' : `Ended with 0, ${results.length} result files are good.`,
    };
  if (step.exitCode === 0) faults.push('Its exit code was 0.');
  return { isGood: false, because: faults.join(' ') };
}

const gapWords = (step: RemoteStep): string => step.gaps.map(([from, to]) => `bytes ${from} to ${to}`).join(', ');
