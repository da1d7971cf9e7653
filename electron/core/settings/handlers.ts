import type { Settings } from '#shared/contract/room.ts';
import type { Database } from '../db/database.ts';
import type { Handlers } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';

export function settingsHandlers(deps: {
  readonly database: Database;
  readonly emit: EmitEvent;
  /** Called with the new settings before the call answers. */
  readonly onChanged: (settings: Settings) => void;
}): Pick<Handlers, 'settings.get' | 'settings.set'> {
  return {
    'settings.get': async () => deps.database.read('settings.get', undefined as never),
    'settings.set': async (input) => {
      const settings = await deps.database.write('settings.set', input);
      deps.onChanged(settings);
      deps.emit({ name: 'settings.changed', payload: {} });
      return settings;
    },
  };
}
