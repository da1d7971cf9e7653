/** Cosmos writes nothing for up to half an hour a call; five minutes without a line are silence, no more. */
const silenceMs = 5 * 60_000;
/** Half an hour is the longest that one call of Cosmos may take before the pipeline ends it. */
const stallSeconds = 30 * 60;
const busyGpuPercent = 5;

type Pulse = { readonly pulse: 'writing' | 'silent' | 'stalled' | 'not_known' | 'over'; readonly pulseWords: string };

/**
 * Whether a run lives. Its log says nothing for hours while it works (facts of the pipeline, section 4): files that
 * grow, or a busy GPU, are life. Without an answer of the machine a silent run is not known, never dead.
 * @param wroteAtMs when the log last grew; null when it never did
 */
export function pulseOf(
  isOver: boolean,
  wroteAtMs: number | null,
  nowMs: number,
  activity: { readonly quietSeconds: number | null; readonly gpuPercent: number | null } | null,
): Pulse {
  if (isOver) return { pulse: 'over', pulseWords: 'It has ended.' };
  const minutes = wroteAtMs === null ? null : Math.round((nowMs - wroteAtMs) / 60_000);
  if (wroteAtMs !== null && nowMs - wroteAtMs < silenceMs) return { pulse: 'writing', pulseWords: 'Its log grows.' };
  const since = minutes === null ? 'It has written nothing yet' : `No line for ${minutes} min`;
  if (activity === null) return { pulse: 'not_known', pulseWords: `${since}; the machine was not asked.` };
  const { quietSeconds, gpuPercent } = activity;
  if (gpuPercent !== null && gpuPercent >= busyGpuPercent)
    return { pulse: 'silent', pulseWords: `${since}; the GPU works at ${gpuPercent} %.` };
  if (quietSeconds !== null && quietSeconds < stallSeconds)
    return { pulse: 'silent', pulseWords: `${since}; files grew ${Math.round(quietSeconds)} s ago.` };
  return {
    pulse: 'stalled',
    pulseWords: `${since}; no file grew for ${quietSeconds === null ? 'as long as it runs' : `${Math.round(quietSeconds / 60)} min`}, and the GPU ${gpuPercent === null ? 'does not answer' : `works at ${gpuPercent} %`}.`,
  };
}
