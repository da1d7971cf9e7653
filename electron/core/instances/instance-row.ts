import { z } from 'zod';
import type { Instance } from '#shared/model/instance.ts';
import { measure, number, perGb, text, time } from './row-fields.ts';

const status = text.transform((value) => value?.toLowerCase() ?? null);
/** A host that may become part of a command line: no spaces, nothing that looks like an option. */
const host = text.transform((value) =>
  value !== null && /^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/.test(value) ? value : null,
);
const port = number.transform((value) =>
  value !== null && Number.isInteger(value) && value >= 1 && value <= 65_535 ? value : null,
);

const portEntry = z.object({ HostPort: port });
const ports = z.unknown().transform((value) => {
  const entries = z.record(z.string(), z.unknown()).safeParse(value).data?.['22/tcp'];
  const parsed = z.array(portEntry).safeParse(entries);
  return parsed.data?.find((entry) => entry.HostPort !== null)?.HostPort ?? null;
});

const rowSchema = z.object({
  id: z.union([z.number().int().nonnegative(), z.string().regex(/^[0-9]{1,19}$/)]).transform(String),
  machine_id: text,
  host_id: text,
  label: text,
  intended_status: status,
  actual_status: status,
  cur_state: status,
  next_state: status,
  status_msg: text,
  is_bid: z.unknown().transform((value) => value === true),
  gpu_name: text,
  num_gpus: measure,
  gpu_util: measure,
  gpu_temp: measure,
  gpu_ram: measure,
  cpu_cores_effective: measure,
  cpu_ram: measure,
  mem_usage: measure,
  disk_space: measure,
  disk_usage: measure,
  dph_base: measure,
  dph_total: measure,
  storage_total_cost: measure,
  inet_up_cost: measure,
  inet_down_cost: measure,
  internet_up_cost_per_tb: measure,
  internet_down_cost_per_tb: measure,
  min_bid: measure,
  start_date: time,
  end_date: time,
  image_uuid: text,
  image_runtype: text,
  reliability: measure,
  reliability2: measure,
  geolocation: text.transform((value) => value?.replace(/^[,\s]+/, '') ?? null),
  public_ipaddr: host,
  ports,
  ssh_host: host,
  ssh_port: port,
});
type Row = z.output<typeof rowSchema>;

/**
 * Direct first, then the proxy. For jupyter run types sources disagree whether the proxy listens on
 * `ssh_port` or one above it: both are named, in the order in which they should be tried.
 */
function endpointsOf(row: Row): Instance['sshEndpoints'] {
  const endpoints: Instance['sshEndpoints'] = [];
  if (row.ports !== null && row.public_ipaddr !== null)
    endpoints.push({ kind: 'direct', host: row.public_ipaddr, port: row.ports });
  if (row.ssh_host !== null && row.ssh_port !== null) {
    endpoints.push({ kind: 'proxy', host: row.ssh_host, port: row.ssh_port });
    if (row.image_runtype?.includes('jupyter') === true && row.ssh_port < 65_535)
      endpoints.push({ kind: 'proxy', host: row.ssh_host, port: row.ssh_port + 1 });
  }
  return endpoints;
}

/** One row of the API as an instance; null when it has no usable id, which makes the whole answer unusable. */
export function parseInstanceRow(value: unknown): Instance | null {
  if (value === null || typeof value !== 'object') return null;
  // A field that is missing is read as one that is null.
  const empty = Object.fromEntries(Object.keys(rowSchema.shape).map((key) => [key, null]));
  const parsed = rowSchema.safeParse({ ...empty, ...value });
  if (!parsed.success) return null;
  const row = parsed.data;
  return {
    id: row.id,
    machineId: row.machine_id,
    hostId: row.host_id,
    label: row.label,
    intendedStatus: row.intended_status,
    actualStatus: row.actual_status,
    currentState: row.cur_state,
    nextState: row.next_state,
    statusMessage: row.status_msg,
    isInterruptible: row.is_bid,
    gpuName: row.gpu_name,
    gpuCount: row.num_gpus,
    gpuUtilPercent: row.gpu_util,
    gpuTempCelsius: row.gpu_temp,
    gpuRamMb: row.gpu_ram,
    cpuCoresEffective: row.cpu_cores_effective,
    cpuRamMb: row.cpu_ram,
    memoryUsedGb: row.mem_usage,
    diskTotalGb: row.disk_space,
    diskUsedGb: row.disk_usage,
    gpuRatePerHourUsd: row.dph_base,
    runningRatePerHourUsd: row.dph_total,
    storageRatePerHourUsd: row.storage_total_cost,
    uploadUsdPerGb: perGb(row.inet_up_cost, row.internet_up_cost_per_tb),
    downloadUsdPerGb: perGb(row.inet_down_cost, row.internet_down_cost_per_tb),
    minBidPerHourUsd: row.min_bid,
    startedAt: row.start_date,
    endsAt: row.end_date,
    imageName: row.image_uuid,
    runType: row.image_runtype,
    reliability: row.reliability2 ?? row.reliability,
    geolocation: row.geolocation,
    publicAddress: row.public_ipaddr,
    sshEndpoints: endpointsOf(row),
  };
}
