import { demoReads, demoWrites } from '../demo/ledger-store.ts';
import { eventReads, eventWrites } from '../history/event-store.ts';
import { guardStopReads, guardStopWrites } from '../guards/stop-store.ts';
import { guardReads, guardWrites } from '../guards/store.ts';
import { searchReads } from '../history/search-store.ts';
import { incidentReads } from '../incidents/store.ts';
import { historyReads } from '../instances/history-store.ts';
import { moneyReads, moneyWrites } from '../instances/money-store.ts';
import { instanceReads, instanceWrites } from '../instances/store.ts';
import { jobReads, jobWrites } from '../jobs/store.ts';
import { launchReads, launchWrites } from '../launch/store.ts';
import { mediaReads, mediaWrites } from '../media/store.ts';
import { orientationReads, orientationWrites } from '../review/orientation-store.ts';
import { triageReads } from '../review/triage-store.ts';
import { clipReads } from '../runs/clip-store.ts';
import { mirrorReads, mirrorWrites } from '../mirror/store.ts';
import { logReads, logWrites } from '../runs/log-store.ts';
import { observationReads, observationWrites } from '../runs/observation-store.ts';
import { runReads } from '../runs/run-store.ts';
import { deliveryReads, deliveryWrites } from '../schedule/delivery-store.ts';
import { scheduleReads, scheduleWrites } from '../schedule/store.ts';
import { settingsReads, settingsWrites } from '../settings/store.ts';
import { hostKeyReads, hostKeyWrites } from '../ssh/host-key-store.ts';
import { sightReads, sightWrites } from '../ssh/sight-store.ts';
import { largeReads, largeWrites } from '../snapshots/store/large-store.ts';
import { needReads } from '../snapshots/store/needs-store.ts';
import { snapshotReads, snapshotWrites } from '../snapshots/store/snapshot-store.ts';
import { environmentReads, environmentWrites } from '../remote/environment-store.ts';
import { remoteLaunchReads, remoteLaunchWrites } from '../remote/launch-store.ts';
import { stepReads, stepWrites } from '../remote/step-store.ts';
import { studyReads, studyWrites } from '../study/study-store.ts';
import { isIndexComplete, markIndexComplete, recreateIndex } from './files.ts';
import type { StoreContext } from './store-context.ts';

/** Everything the database can be asked, by name: the only way from the engine to SQL. */
export const reads = {
  ...clipReads,
  ...deliveryReads,
  ...demoReads,
  ...environmentReads,
  ...eventReads,
  ...guardReads,
  ...guardStopReads,
  ...hostKeyReads,
  ...historyReads,
  ...incidentReads,
  ...instanceReads,
  ...jobReads,
  ...launchReads,
  ...logReads,
  ...mediaReads,
  ...mirrorReads,
  ...moneyReads,
  ...largeReads,
  ...needReads,
  ...observationReads,
  ...orientationReads,
  ...remoteLaunchReads,
  ...runReads,
  ...scheduleReads,
  ...searchReads,
  ...settingsReads,
  ...sightReads,
  ...snapshotReads,
  ...stepReads,
  ...studyReads,
  'index.isComplete': ({ sql }: StoreContext): boolean => isIndexComplete(sql),
  ...triageReads,
};

export const writes = {
  ...deliveryWrites,
  ...demoWrites,
  ...environmentWrites,
  ...eventWrites,
  ...guardWrites,
  ...guardStopWrites,
  ...hostKeyWrites,
  ...instanceWrites,
  ...jobWrites,
  ...launchWrites,
  ...logWrites,
  ...mediaWrites,
  ...largeWrites,
  ...mirrorWrites,
  ...moneyWrites,
  ...observationWrites,
  ...orientationWrites,
  ...remoteLaunchWrites,
  ...scheduleWrites,
  ...settingsWrites,
  ...sightWrites,
  ...snapshotWrites,
  ...stepWrites,
  ...studyWrites,
  'index.recreate': ({ sql, folder }: StoreContext): null => {
    recreateIndex(sql, folder);
    return null;
  },
  'index.markComplete': ({ sql }: StoreContext): null => {
    markIndexComplete(sql);
    return null;
  },
};

export type Reads = typeof reads;
export type Writes = typeof writes;
