import type { MachineSpec } from './control.ts';

const hourSeconds = 3600;

/**
 * Five machines as a team leaves them over lunch: one at work, one whose run is over and that still bills,
 * one that was stopped when its run failed, one that was outbid and one whose image is being pulled. The
 * first three made the runs of the demo.
 */
export const demoFleet: readonly MachineSpec[] = [
  {
    id: 32_182_944,
    label: 'kitchen-prepass',
    status: 'running',
    gpuName: 'H100 SXM',
    gpuPerHourUsd: 2.09,
    storagePerGbMonthUsd: 0.18,
    diskGb: 240,
    diskUsedGb: 141.4,
    gpuUtilPercent: 93,
    isLively: true,
    ageSeconds: 5.32 * hourSeconds,
  },
  {
    id: 32_182_930,
    label: 'kitchen-baseline',
    status: 'running',
    gpuName: 'H100 SXM',
    gpuPerHourUsd: 2.14,
    storagePerGbMonthUsd: 0.18,
    diskGb: 240,
    diskUsedGb: 96.2,
    gpuUtilPercent: 0,
    ageSeconds: 3.8 * hourSeconds,
  },
  {
    id: 32_182_955,
    label: 'kitchen-natsort',
    status: 'stopped',
    gpuName: 'H100 PCIe',
    gpuPerHourUsd: 1.98,
    storagePerGbMonthUsd: 0.15,
    diskGb: 200,
    diskUsedGb: 38.1,
    ageSeconds: 26 * hourSeconds,
    ranSeconds: 1.4 * hourSeconds,
  },
  {
    id: 32_183_107,
    label: 'bedroom-1203-s3',
    status: 'outbid',
    gpuName: 'H200 NVL',
    gpuCount: 2,
    gpuPerHourUsd: 5.9,
    bidPerHourUsd: 3.72,
    storagePerGbMonthUsd: 0.15,
    diskGb: 400,
    diskUsedGb: 214.7,
    ageSeconds: 6.9 * hourSeconds,
    ranSeconds: 6.6 * hourSeconds,
  },
  {
    id: 32_183_122,
    label: 'office-0044',
    status: 'loading',
    gpuName: 'RTX PRO 6000',
    gpuPerHourUsd: 1.69,
    storagePerGbMonthUsd: 0.12,
    diskGb: 300,
    diskUsedGb: 0,
    gpuUtilPercent: 88,
    isLively: true,
    ageSeconds: 200,
    loadSeconds: 600,
  },
];
