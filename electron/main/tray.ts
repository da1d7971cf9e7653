import { Menu, Tray, type MenuItemConstructorOptions } from 'electron';
import { billedItems, lineOf, sentenceOf, titleOf, type FleetSight } from './fleet-words.ts';
import { trayIcon } from './tray-icon.ts';

type TrayActions = {
  readonly openRoom: () => void;
  /** Runs a command of the page. */
  readonly runCommand: (id: string) => void;
  /** False while this room has no way to stop everything. */
  readonly canStopAll: boolean;
  readonly quit: () => void;
};

/** The item in the menu bar: the burn rate, and in its menu what costs money. */
export function openTray(actions: TrayActions): { show(sight: FleetSight): void } {
  const tray = new Tray(trayIcon());
  let shown = '';
  return {
    show(sight) {
      const template = trayTemplate(sight, actions);
      const next = JSON.stringify([titleOf(sight), template]);
      // A menu that is replaced while it is open closes: only what changed is set.
      if (next === shown) return;
      shown = next;
      tray.setTitle(titleOf(sight), { fontType: 'monospacedDigit' });
      tray.setToolTip(sentenceOf(sight));
      tray.setContextMenu(Menu.buildFromTemplate(template));
    },
  };
}

function trayTemplate(sight: FleetSight, actions: TrayActions): MenuItemConstructorOptions[] {
  const billed = sight.kind === 'read' ? billedItems(sight.view) : [];
  const openFleet = (): void => actions.runCommand('go.Fleet');
  // The question that follows is the page's: it says what is stopped and what is not.
  const stopAll: MenuItemConstructorOptions[] = actions.canStopAll
    ? [{ label: 'Stop Everything…', click: openFleet }]
    : [];
  return [
    { label: sentenceOf(sight), enabled: false },
    ...billed.map((item) => ({ label: lineOf(item), click: openFleet })),
    { type: 'separator' },
    { label: 'Open the Room', click: actions.openRoom },
    ...stopAll,
    { type: 'separator' },
    { label: 'Quit', click: actions.quit },
  ];
}
