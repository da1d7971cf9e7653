import { billedNow, gpuPerHourUsd, storagePerHourUsd } from './billing.ts';
import type { Columns } from './filters.ts';
import type { Machine } from './machine.ts';
import type { SshPorts } from './ssh-ports.ts';
import { isOffline, type VastMode, type World } from './world.ts';

/** Columns that are stored on the contract, and so can be filtered and ordered by. */
export const storedColumns: ReadonlySet<string> = new Set([
  'id',
  'machine_id',
  'host_id',
  'label',
  'actual_status',
  'intended_status',
  'cur_state',
  'next_state',
  'gpu_name',
  'verification',
  'is_bid',
  'start_date',
  'end_date',
  'image_uuid',
  'geolocation',
]);

export type RowView = { readonly world: World; readonly mode: VastMode; readonly ssh: SshPorts };

function actualStatus(world: World, machine: Machine): string | null {
  return isOffline(world, machine) ? 'offline' : machine.actual;
}

export function storedColumnsOf({ world }: RowView, machine: Machine): Columns {
  return {
    id: machine.id,
    machine_id: machine.hardware.machineId,
    host_id: machine.hardware.hostId,
    label: machine.label,
    actual_status: actualStatus(world, machine),
    intended_status: machine.intended,
    cur_state: machine.current,
    next_state: machine.next,
    gpu_name: machine.hardware.gpuName,
    verification: machine.hardware.verification,
    is_bid: machine.bidPerHourUsd !== null,
    start_date: shownSeconds(world, machine.createdAtMs),
    end_date: shownSeconds(world, machine.endsAtMs),
    image_uuid: machine.image,
    geolocation: machine.hardware.geolocation,
  };
}

/** Epoch seconds as the service's clock has them. */
export function shownSeconds(world: World, atMs: number): number {
  return atMs / 1000 + (world.faults.get('clock_skew')?.seconds ?? 0);
}

/** `-p 8080:8080` asks for a port; 22 is there whenever SSH is direct. */
function portsOf(machine: Machine, direct: number | null): Record<string, { HostIp: string; HostPort: string }[]> {
  const ports: Record<string, { HostIp: string; HostPort: string }[]> = {};
  const publish = (name: string, port: number): void => {
    ports[name] = [
      { HostIp: '0.0.0.0', HostPort: String(port) },
      { HostIp: '::', HostPort: String(port) },
    ];
  };
  if (direct !== null && machine.runtype.includes('direc')) publish('22/tcp', direct);
  for (const [index, option] of Object.keys(machine.env).entries()) {
    const asked = /^-p \d+:(\d+)(\/udp)?$/.exec(option);
    if (asked !== null) publish(`${asked[1]}${asked[2] ?? '/tcp'}`, 41_000 + (machine.id % 900) * 10 + index);
  }
  return ports;
}

function priceOf(gpuUsd: number, diskUsd: number): Record<string, number> {
  return {
    gpuCostPerHour: gpuUsd,
    diskHour: diskUsd,
    totalHour: gpuUsd + diskUsd,
    discountTotalHour: 0,
    discountedTotalPerHour: gpuUsd + diskUsd,
  };
}

/** Utilisation in percent; that of a lively machine swings by a few points within minutes of simulated time. */
export function gpuUtilAt(machine: Machine, atMs: number): number | null {
  if (!machine.isLively || machine.gpuUtilPercent === null) return machine.gpuUtilPercent;
  const swing = 5 * Math.sin(atMs / 90_000) + 2 * Math.sin(atMs / 17_000);
  return Math.min(100, Math.max(0, Math.round(machine.gpuUtilPercent + swing)));
}

/** The row of one machine as the API sends it: its nulls, sentinels, stray spaces and all. */
export function instanceRow(view: RowView, machine: Machine): Record<string, unknown> {
  const { world, mode, ssh } = view;
  const { hardware } = machine;
  const gpuUtil = gpuUtilAt(machine, world.atMs);
  const isSafe = mode === 'cli-safe';
  const isUp = machine.actual === 'running' && !isOffline(world, machine);
  const offline = isOffline(world, machine);
  const billed = billedNow(machine, offline);
  const gpuUsd = gpuPerHourUsd(machine);
  const storageUsd = storagePerHourUsd(machine);
  const port = ssh.of(machine.id);
  const remainingSeconds = (machine.endsAtMs - world.atMs) / 1000;
  const row: Record<string, unknown> = {
    ...storedColumnsOf(view, machine),
    bundle_id: hardware.machineId * 10 + 1,
    status_msg: machine.statusMessage === null ? null : `${machine.statusMessage}\n`,
    ssh_host: '127.0.0.1',
    ssh_port: port.proxy,
    ssh_idx: String((machine.id % 9) + 1),
    public_ipaddr: isSafe ? '127.0.0.1' : ' 127.0.0.1\n',
    local_ipaddrs: '172.17.0.2 192.168.1.14\n',
    ports: isUp ? portsOf(machine, port.direct) : isSafe ? {} : null,
    direct_port_start: isUp ? 41_000 : -1,
    direct_port_end: isUp ? 41_198 : -1,
    direct_port_count: hardware.directPortCount,
    machine_dir_ssh_port: 20_022,
    num_gpus: hardware.gpuCount,
    gpu_frac: hardware.gpuFraction,
    gpu_ram: hardware.gpuRamMb,
    gpu_totalram: hardware.gpuRamMb * hardware.gpuCount,
    gpu_util: isUp ? gpuUtil : null,
    gpu_temp: isUp ? 34 + Math.round((gpuUtil ?? 0) * 0.41) : null,
    cpu_util: isUp ? (gpuUtil ?? 0) / 400 : 0,
    cpu_cores: hardware.cpuCores,
    cpu_cores_effective: hardware.cpuCores * hardware.gpuFraction,
    cpu_ram: hardware.cpuRamMb,
    mem_limit: isUp ? (hardware.cpuRamMb * hardware.gpuFraction) / 1024 : null,
    mem_usage: isUp ? 6.4 + (gpuUtil ?? 0) / 5 : null,
    vmem_usage: isUp ? 1.2 + (gpuUtil ?? 0) / 4 : null,
    disk_space: machine.diskGb,
    disk_usage: machine.containerUpAtMs === null ? -1 : machine.diskUsedGb,
    disk_util: machine.containerUpAtMs === null ? -1 : machine.diskUsedGb / machine.diskGb,
    inet_up: hardware.uploadMbit,
    inet_down: hardware.downloadMbit,
    inet_up_cost: hardware.uploadUsdPerGb,
    inet_down_cost: hardware.downloadUsdPerGb,
    internet_up_cost_per_tb: hardware.uploadUsdPerGb * 1000,
    internet_down_cost_per_tb: hardware.downloadUsdPerGb * 1000,
    dph_base: gpuUsd,
    dph_total: gpuUsd + storageUsd,
    storage_cost: hardware.storagePerGbMonthUsd,
    storage_total_cost: storageUsd,
    search: priceOf(gpuUsd, storageUsd),
    instance: priceOf(billed.gpuUsd, billed.diskUsd),
    credit_balance: null,
    credit_discount: null,
    credit_discount_max: 0.4,
    vram_costperhour: (gpuUsd + storageUsd) / (hardware.gpuRamMb * hardware.gpuCount),
    min_bid: machine.rivalBidUsd ?? hardware.minBidPerHourUsd,
    duration: remainingSeconds,
    time_remaining: '',
    time_remaining_isbid: '',
    uptime_mins: isSafe && machine.containerUpAtMs !== null ? (world.atMs - machine.containerUpAtMs) / 60_000 : null,
    client_run_time: 1.1,
    host_run_time: 2_592_000,
    image_args: [],
    image_runtype: machine.runtype,
    template_id: null,
    template_hash_id: null,
    template_name: null,
    onstart: machine.onstart,
    extra_env: Object.entries(machine.env),
    jupyter_token: `jupyter-secret-${machine.id}`,
    reliability2: hardware.reliability,
    volume_info: isSafe ? [] : null,
    rentable: false,
    external: isSafe ? false : null,
    static_ip: hardware.isDatacenter,
    hosting_type: hardware.isDatacenter ? 1 : 0,
    driver_version: hardware.driverVersion,
    cuda_max_good: hardware.cudaMaxGood,
    os_version: '22.04',
    mobo_name: 'ROME2D32GM-2T',
    pci_gen: 4,
    pcie_bw: 24.6,
    dlperf: hardware.dlperf,
    score: hardware.dlperf / gpuUsd,
    total_flops: hardware.dlperf * 0.9,
    logo: '/static/logos/vastai_small2.png',
    webpage: null,
  };
  return world.faults.get('missing_fields') === null ? row : withoutFields(row);
}

/** What a row looks like when half of it is not there, and a status is new. */
function withoutFields(row: Record<string, unknown>): Record<string, unknown> {
  const missing = new Set(['gpu_name', 'num_gpus', 'dph_total', 'dph_base', 'storage_total_cost', 'ports', 'instance']);
  const kept = Object.fromEntries(Object.entries(row).filter(([name]) => !missing.has(name)));
  return {
    ...kept,
    cur_state: null,
    next_state: null,
    ...(row['actual_status'] === 'exited' ? { actual_status: 'hibernated' } : {}),
    a_field_of_tomorrow: { nested: true },
  };
}
