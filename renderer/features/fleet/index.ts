export { FleetBands } from './fleet-bands.tsx';
export { FleetSheets } from './fleet-sheets.tsx';
export { useFleet, type Fleet, type FleetRow } from './use-fleet.ts';
export { snapshotsReading } from './snapshot-words.ts';
export { useIncidents } from './use-incidents.ts';
export { useSnapshots } from './use-snapshots.ts';
export { billsGpu, formatHours, formatPerHour, nameOf, staleReason, stateOf } from './words.ts';
