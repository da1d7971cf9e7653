export { FleetBands } from './fleet-bands.tsx';
export { FleetSheets } from './fleet-sheets.tsx';
export { useFleet, type Fleet, type FleetRow } from './use-fleet.ts';
export { useIncidents } from './use-incidents.ts';
export { billsGpu, formatHours, formatPerHour, nameOf, snapshotReading, staleReason, stateOf } from './words.ts';
