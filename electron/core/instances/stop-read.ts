import { RoomError } from '#shared/errors.ts';
import type { StopRead } from '#shared/rules/stop-proof.ts';
import type { OneRead } from './vast-client.ts';

/** One read of a machine as the proof of a stop takes it. @param at ISO */
export function toStopRead(read: OneRead | RoomError, at: string): StopRead {
  if (read instanceof RoomError)
    return { at, isAuthorised: read.code !== 'key_refused', outcome: { kind: 'failed', why: read.message } };
  if (read.kind === 'absent') return { at, isAuthorised: true, outcome: { kind: 'no_such_instance' } };
  const { intendedStatus, actualStatus } = read.instance;
  return { at, isAuthorised: true, outcome: { kind: 'status', intendedStatus, actualStatus } };
}
