import { showToast } from '../ui/toast-store.ts';

/** Addresses of the room. Ids are opaque and go in as they are. */
export const addressOf = {
  morning: '/',
  fleet: '/fleet',
  machine: (instanceId: string): string => `/fleet/${encodeURIComponent(instanceId)}`,
  steps: (instanceId: string): string => `/fleet/${encodeURIComponent(instanceId)}/steps`,
  step: (instanceId: string, stepId: string): string =>
    `/fleet/${encodeURIComponent(instanceId)}/steps/${encodeURIComponent(stepId)}`,
  gate: (instanceId: string): string => `/fleet/${encodeURIComponent(instanceId)}/gate`,
  launch: '/launch',
  config: '/config',
  runs: '/runs',
  run: (
    runId: string,
    at: {
      readonly stageKey?: string;
      /** Which facility's stage, in a run over several. */
      readonly facilityId?: string;
      readonly tab?: string;
      readonly logId?: string;
      readonly line?: number;
    } = {},
  ): string => {
    const query = new URLSearchParams();
    if (at.stageKey !== undefined) query.set('stage', at.stageKey);
    if (at.facilityId !== undefined) query.set('facility', at.facilityId);
    if (at.tab !== undefined) query.set('tab', at.tab);
    if (at.logId !== undefined) query.set('log', at.logId);
    if (at.line !== undefined) query.set('line', String(at.line));
    const text = query.toString();
    return `/runs/${encodeURIComponent(runId)}${text === '' ? '' : `?${text}`}`;
  },
  clip: (clipId: string): string => `/clip/${encodeURIComponent(clipId)}`,
  compare: (leftClipId?: string, rightClipId?: string): string => {
    const query = new URLSearchParams();
    if (leftClipId !== undefined) query.set('a', leftClipId);
    if (rightClipId !== undefined) query.set('b', rightClipId);
    const text = query.toString();
    return `/compare${text === '' ? '' : `?${text}`}`;
  },
  review: '/review',
  studies: '/studies',
  newStudy: '/studies/new',
  study: (studyId: string): string => `/studies/${encodeURIComponent(studyId)}`,
  labelling: (studyId: string): string => `/studies/${encodeURIComponent(studyId)}/label`,
  snapshots: '/snapshots',
  schedule: '/schedule',
  memory: '/memory',
  incident: (id: string): string => `/memory/${encodeURIComponent(id)}`,
  history: (text = ''): string => (text === '' ? '/history' : `/history?q=${encodeURIComponent(text)}`),
  jobs: '/jobs',
  job: (jobId: string): string => `/jobs/${encodeURIComponent(jobId)}`,
  doctor: '/doctor',
  settings: '/settings',
} as const;

/** Puts the whole address of a place on the clipboard. */
export async function copyLink(address: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(new URL(address, window.location.origin).href);
    showToast({ shape: 'ok', title: `Link to ${what} copied` });
  } catch {
    showToast({
      shape: 'fail',
      title: 'Link not copied',
      text: `The clipboard is closed to this page. The address: ${address}`,
    });
  }
}
