import type { RoomEvent } from '#shared/contract/index.ts';
import type { Envelope } from '#shared/errors.ts';
import { fleetSchema } from '#shared/model/fleet.ts';
import type { FleetSight } from './fleet-words.ts';

export type FleetWatch = {
  /** An event of the engine; those of the fleet are followed by a reading. */
  onEvent(event: RoomEvent): void;
  /** The newest sight; unknown before the first. */
  sight(): FleetSight;
  /** Reads now, for instance when the engine came up. */
  read(): void;
};

/** Keeps the newest list of machines for the menu bar: one reading at a time, and one more when it was late. */
export function createFleetWatch(options: {
  readonly call: (method: string, input: unknown) => Promise<Envelope<unknown>>;
  readonly onSight: (sight: FleetSight) => void;
}): FleetWatch {
  let sight: FleetSight = { kind: 'none', because: 'The machines were not read yet.' };
  let isReading = false;
  let isLate = false;

  async function readAll(): Promise<void> {
    isReading = true;
    do {
      isLate = false;
      sight = toSight(await options.call('instances.list', {}), sight);
      options.onSight(sight);
    } while (isLate);
    isReading = false;
  }

  function read(): void {
    if (isReading) isLate = true;
    else void readAll();
  }

  return {
    onEvent({ name }) {
      if (name === 'instances.changed' || name === 'workspace.switched') read();
    },
    sight: () => sight,
    read,
  };
}

function toSight(envelope: Envelope<unknown>, before: FleetSight): FleetSight {
  if (!envelope.ok) {
    const { code, message } = envelope.error;
    // The engine is away: what was known stays, and is old.
    if (code === 'engine_lost' && before.kind === 'read')
      return { kind: 'read', view: { ...before.view, stale: true, staleBecause: message } };
    return { kind: code === 'key_missing' ? 'none' : 'unknown', because: message };
  }
  const view = fleetSchema.safeParse(envelope.value);
  if (view.success) return { kind: 'read', view: view.data };
  return { kind: 'unknown', because: 'The engine told of the machines in a form that the shell does not know.' };
}
