/** What a message of the run log says about the course of the run. */
export type LogEvent =
  | { readonly kind: 'facility'; readonly facilityId: string }
  | { readonly kind: 'start'; readonly stageKey: string }
  | { readonly kind: 'done'; readonly stageKey: string; readonly seconds: number; readonly status: string }
  | { readonly kind: 'raised'; readonly stageKey: string; readonly seconds: number; readonly detail: string }
  | { readonly kind: 'failed'; readonly stageKey: string; readonly facilityId: string; readonly detail: string }
  | { readonly kind: 'abort'; readonly stageKey: string; readonly facilityId: string }
  | { readonly kind: 'reused'; readonly stageKey: string; readonly facilityId: string; readonly status: string }
  | { readonly kind: 'dry_run'; readonly stageKey: string }
  | { readonly kind: 'budget'; readonly spendUsd: number; readonly capUsd: number }
  | { readonly kind: 'no_rate' }
  | { readonly kind: 'shutdown'; readonly what: string }
  | { readonly kind: 'boost'; readonly from: string; readonly to: string }
  | { readonly kind: 'hook'; readonly result: string; readonly stageKey: string; readonly facilityId: string }
  | { readonly kind: 'builtin_prompts' }
  | { readonly kind: 'no_cross_site' }
  | { readonly kind: 'end' };

const facility = /^=== Processing facility: (.+) ===$/;
const start = /^Starting stage: (s\d\w*)\b/;
const done = /^Stage (s\d\w*) completed in ([\d.]+)s with status: (\w+)$/;
const raised = /^Stage (s\d\w*) failed after ([\d.]+)s: ([^]*)/;
const failed = /^(?:Post-refresh )?Stage (s\d\w*) failed for ([^:]+): ([^]*)/;
const abort = /^Aborting remaining .*: ([^)\s]+)\)\.$/;
const reused = /^Resume mode: reusing (\S+) result from .+ \(status=(\w+)\)$/;
const dryRun = /^Dry-run enabled.*: (s\d\w*)$/;
const budget = /budget guard triggered: Estimated spend \$(\d+\.\d\d) exceeded .*=\$(\d+\.\d\d)/;
const shutdown = /^(Executing auto-shutdown|Failed to execute auto-shutdown|cloud\.auto_shutdown=true but)/;
const boost = /^ActionBoost enabled: .* from (\w+) to (\w+)/;
const hook = /^Post-stage sync hook (succeeded|failed|exception) for ([^\s:]+)/;

/**
 * Recognises the messages that tell the course of a run; null for everything else. The wordings are those of
 * the pipeline at its baseline revision (`run-all` and the stage base class).
 */
export function readLogEvent(message: string): LogEvent | null {
  let match: RegExpExecArray | null;
  switch (message[0]) {
    case '=':
      match = facility.exec(message);
      return match === null ? null : { kind: 'facility', facilityId: match[1]! };
    case 'S':
      return readStageEvent(message);
    case 'P':
      if (message.startsWith('Pipeline complete.')) return { kind: 'end' };
      match = failed.exec(message);
      if (match !== null) return { kind: 'failed', stageKey: match[1]!, facilityId: match[2]!, detail: match[3]! };
      match = hook.exec(message);
      return match === null ? null : { kind: 'hook', result: match[1]!, ...splitStageKey(match[2]!) };
    case 'A':
      match = abort.exec(message);
      if (match !== null) return { kind: 'abort', ...splitStageKey(match[1]!) };
      match = boost.exec(message);
      return match === null ? null : { kind: 'boost', from: match[1]!, to: match[2]! };
    case 'R':
      match = reused.exec(message);
      return match === null ? null : { kind: 'reused', ...splitStageKey(match[1]!), status: match[2]! };
    case 'D':
      match = dryRun.exec(message);
      if (match !== null) return { kind: 'dry_run', stageKey: match[1]! };
      return readAnywhere(message);
    default:
      return readAnywhere(message);
  }
}

function readStageEvent(message: string): LogEvent | null {
  let match = start.exec(message);
  if (match !== null) return { kind: 'start', stageKey: match[1]! };
  match = done.exec(message);
  if (match !== null) return { kind: 'done', stageKey: match[1]!, seconds: Number(match[2]), status: match[3]! };
  match = raised.exec(message);
  if (match !== null) return { kind: 'raised', stageKey: match[1]!, seconds: Number(match[2]), detail: match[3]! };
  match = failed.exec(message);
  if (match !== null) return { kind: 'failed', stageKey: match[1]!, facilityId: match[2]!, detail: match[3]! };
  if (message.startsWith('Skipping cross-site test (requires')) return { kind: 'no_cross_site' };
  return readAnywhere(message);
}

function readAnywhere(message: string): LogEvent | null {
  let match = shutdown.exec(message);
  if (match !== null) return { kind: 'shutdown', what: match[1]! };
  if (message.includes('budget guard triggered')) {
    match = budget.exec(message);
    if (match !== null) return { kind: 'budget', spendUsd: Number(match[1]), capUsd: Number(match[2]) };
  }
  if (message.includes('BLUEPRINT_GPU_HOURLY_RATE_USD is unset')) return { kind: 'no_rate' };
  if (message.includes('using builtin variants')) return { kind: 'builtin_prompts' };
  return null;
}

/** `<facility>/<stage>` as the pipeline keys its summary; a facility name may hold slashes, a stage key may not. */
export function splitStageKey(key: string): { facilityId: string; stageKey: string } {
  const slash = key.lastIndexOf('/');
  return { facilityId: slash < 0 ? '' : key.slice(0, slash), stageKey: key.slice(slash + 1) };
}
