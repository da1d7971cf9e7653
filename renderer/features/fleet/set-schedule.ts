import type { FleetItem } from '#shared/model/fleet.ts';
import type { RoomClient } from '../../client/create-client.ts';
import { showError, showToast } from '../../ui/toast-store.ts';
import { nameOf } from './words.ts';

/** Lets the clock copy a machine, or not any more, and says what that means. */
export async function setSchedule(item: FleetItem, isOn: boolean, call: RoomClient['call']): Promise<void> {
  try {
    const { settings } = await call('schedule.set', { instanceId: item.id, isOn });
    showToast(
      isOn
        ? {
            shape: 'ok',
            title: `${nameOf(item)} is copied every ${settings.intervalMinutes} min`,
            text: 'While this room is open. What copies it while the room is closed is on Schedule.',
          }
        : { shape: 'warn', title: `${nameOf(item)} is not copied by the clock any more` },
    );
  } catch (thrown) {
    showError('The schedule was not changed', thrown);
  }
}
