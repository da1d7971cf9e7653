import type { ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';

/** In the demo nobody answers behind a door: whoever tries it should know before. Last, so that nothing moves for it. */
export function DemoNote(): ReactNode {
  const room = useRoomQuery('room.info', {});
  return room.data?.workspace.isDemo === true ? (
    <p className="why remote-pad">The machines of the demo are simulated: nobody answers behind their doors.</p>
  ) : null;
}
