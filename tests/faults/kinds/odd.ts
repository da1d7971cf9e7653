import { startKilledPull } from './kills.ts';
import type { FaultKind } from '../fault-kind.ts';
import { strikeDuringPull } from '../moments.ts';

const needs = (): { readonly oddFiles: true } => ({ oddFiles: true });

/** Files with holes, without a byte and with names of any bytes are on their way when it happens. */
export const oddKinds: readonly FaultKind[] = [
  {
    name: 'odd files, and a reset',
    countsBytes: true,
    needs,
    strike: async (scene) => (await strikeDuringPull(scene, () => scene.world.relay.cut())).isHit,
  },
  {
    name: 'odd files, and a kill -9 of the engine',
    countsBytes: true,
    needs,
    strike: (scene) => startKilledPull(scene),
  },
];
