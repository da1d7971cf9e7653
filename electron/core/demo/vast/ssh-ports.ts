import type { MachineSpec } from './control.ts';
import { openSshRoute, type SshAddress, type SshRoute } from './ssh-routes.ts';
import { advanceWorld, isOffline, type World } from './world.ts';

type Targets = NonNullable<MachineSpec['ssh']>;
type Ports = {
  readonly proxy: SshRoute;
  /** Two, used in turn: the direct port of a machine changes with every start. */
  readonly direct: readonly [SshRoute, SshRoute];
  targets: Targets;
};

/** The ports that lead to each machine. All of them are on 127.0.0.1: nothing of the demo leaves this computer. */
export type SshPorts = {
  readonly open: (instanceId: number, targets?: Targets) => Promise<void>;
  readonly change: (instanceId: number, targets: Targets) => void;
  /** What the row says; null where there is none. */
  readonly of: (instanceId: number) => { readonly proxy: number | null; readonly direct: number | null };
  readonly closeAll: () => void;
};

export function createSshPorts(world: World): SshPorts {
  const ports = new Map<number, Ports>();

  const choose = (instanceId: number, kind: 'proxy' | 0 | 1): SshAddress | null => {
    advanceWorld(world);
    const machine = world.machines.get(instanceId);
    const targets = ports.get(instanceId)?.targets;
    if (machine === undefined || targets === undefined) return null;
    if (machine.actual !== 'running' || isOffline(world, machine)) return null;
    if (kind !== 'proxy') return machine.startCount % 2 === kind ? (targets.direct ?? null) : null;
    const isForeign = world.faults.holds('foreign_ssh_key', instanceId);
    return (isForeign ? targets.foreign : targets.proxy) ?? null;
  };

  return {
    open: async (id, targets = {}) => {
      if (ports.has(id)) return;
      const [proxy, even, odd] = await Promise.all([
        openSshRoute(() => choose(id, 'proxy')),
        openSshRoute(() => choose(id, 0)),
        openSshRoute(() => choose(id, 1)),
      ]);
      ports.set(id, { proxy, direct: [even, odd], targets });
    },
    change: (id, targets) => {
      const known = ports.get(id);
      if (known !== undefined) known.targets = { ...known.targets, ...targets };
    },
    of: (id) => {
      const known = ports.get(id);
      const startCount = world.machines.get(id)?.startCount ?? 0;
      if (known === undefined) return { proxy: null, direct: null };
      return {
        proxy: known.proxy.port - (known.targets.proxyPortPlusOne === true ? 1 : 0),
        direct: known.direct[startCount % 2 === 0 ? 0 : 1].port,
      };
    },
    closeAll: () => {
      for (const { proxy, direct } of ports.values()) for (const route of [proxy, ...direct]) route.close();
      ports.clear();
    },
  };
}
