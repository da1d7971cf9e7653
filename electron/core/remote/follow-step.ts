import { toErrorPayload } from '#shared/errors.ts';
import { isStepOver, type RemoteStep } from '#shared/model/step.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';
import { isoOf, saveStep, type StepDeps } from './step-deps.ts';
import { openStepLog } from './step-log.ts';
import type { StepStatus } from './step-shell.ts';

const intervalMs = 1000;
/** While the machine is silent it is asked less and less often. */
const longestIntervalMs = 30_000;
/** What is no answer of the machine, and so says nothing about the step. */
const silentCodes: ReadonlySet<string> = new Set(['ssh_unreachable', 'could_not_tell', 'tool_failed']);

export type StepListener = {
  /** Complete lines, in order, as they come. */
  readonly line?: (text: string, byte: number) => void;
  readonly changed?: (step: RemoteStep) => void;
};

/**
 * Reads what a step writes, from the byte where it was, until its end is known. A machine that is not reached
 * makes it unknown, with the time since when, and never dead: that only the provider can say. Aborting leaves
 * the step as it is; it goes on.
 * @returns the step as it ended, without an outcome. @throws the reason of the signal, or why it can not be read.
 */
export async function followStep(
  deps: StepDeps,
  begun: { readonly step: RemoteStep; readonly target: SshTarget },
  signal: AbortSignal,
  listener: StepListener = {},
): Promise<RemoteStep> {
  const { target } = begun;
  const log = openStepLog(deps.workspacePath, begun.step.instanceId, begun.step.id);
  let step = begun.step;
  let rest = '';
  let waitMs = intervalMs;
  const keep = async (patch: Partial<RemoteStep>): Promise<void> => {
    const next = { ...step, ...patch };
    if (JSON.stringify(next) === JSON.stringify(step)) return;
    step = await saveStep(deps, next, target);
    listener.changed?.(step);
  };

  for (;;) {
    signal.throwIfAborted();
    try {
      const told = await deps.stepShell.read(target, step.id, step.readBytes, signal);
      if (told.state === 'unknown') {
        await keep({
          state: 'vanished',
          unknownSince: null,
          because: 'The machine knows no such step: it never began, or its files were removed.',
        });
        return step;
      }
      await log.write(told.from, told.bytesRead);
      rest = giveLines(rest + told.bytesRead.toString('utf8'), told.from - Buffer.byteLength(rest), listener);
      const isAllRead = told.to >= (told.bytes ?? told.to);
      await keep({
        readBytes: told.to,
        writtenBytes: told.bytes ?? told.to,
        gaps: told.gap === null ? step.gaps : [...step.gaps, told.gap],
        unknownSince: null,
        startedAt: isoOf(told.startedAt) ?? step.startedAt,
        ...(isAllRead ? endOf(told) : { state: 'running' as const }),
      });
      if (isStepOver(step.state)) {
        if (rest !== '') listener.line?.(rest, step.readBytes - Buffer.byteLength(rest));
        return step;
      }
      waitMs = isAllRead ? intervalMs : 0;
    } catch (thrown) {
      signal.throwIfAborted();
      const { code, message } = toErrorPayload(thrown);
      if (!silentCodes.has(code)) throw thrown;
      const since = step.unknownSince ?? new Date(deps.timer.now()).toISOString();
      await keep({ state: 'unknown', unknownSince: since, because: message });
      if ((await deps.isGone(step.instanceId)) === true) {
        await keep({ state: 'lost', because: 'The provider says that the machine is stopped or gone.' });
        return step;
      }
      waitMs = Math.min(longestIntervalMs, Math.max(intervalMs, waitMs * 2));
    }
    if (waitMs > 0) await deps.timer.sleep(waitMs, signal);
  }
}

/** What the machine says of a step, as the fields of its record. */
export function endOf(told: StepStatus): Partial<RemoteStep> {
  if (told.state === 'running') return { state: 'running', because: told.because ?? null };
  if (told.state !== 'ended') return { state: 'vanished', because: told.because ?? 'It ended without a record.' };
  return {
    state: told.cancelled === true ? 'cancelled' : 'ended',
    because: told.because ?? null,
    exitCode: told.exitCode ?? null,
    signalNumber: told.signal ?? null,
    endedAt: isoOf(told.endedAt),
    leftCount: told.left ?? null,
  };
}

function giveLines(text: string, from: number, listener: StepListener): string {
  let at = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
    listener.line?.(text.slice(at, end), from + Buffer.byteLength(text.slice(0, at)));
    at = end + 1;
  }
  return text.slice(at);
}
