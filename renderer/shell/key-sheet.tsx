import type { ReactNode } from 'react';
import { Sheet } from '../ui/sheet.tsx';
import { useCommandStore } from './commands.ts';
import { setKeySheetOpen, useShell } from './shell-store.ts';

/** Every key that works right now, by region. */
export function KeySheet(): ReactNode {
  const isOpen = useShell((state) => state.isKeySheetOpen);
  const regions = useCommandStore((state) => state.regions);
  const withKeys = regions
    .map((region) => ({ ...region, commands: region.commands.filter((command) => command.keyCaps !== undefined) }))
    .filter((region) => region.commands.length > 0)
    .toReversed();
  return (
    <Sheet title="Keys" isOpen={isOpen} onClose={() => setKeySheetOpen(false)}>
      <div className="keysheet">
        {withKeys.map((region) => (
          <section key={region.key} aria-label={region.name}>
            <h3 className="w6">{region.name}</h3>
            <dl>
              {region.commands.map((command) => (
                <div key={command.id}>
                  <dt>{command.title}</dt>
                  <dd>
                    {command.keyCaps?.map((cap) => (
                      <kbd key={cap}>{cap}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Sheet>
  );
}
