import { Menu, type MenuItemConstructorOptions } from 'electron';

/**
 * The native menu: the usual roles, and commands of the page by their ids. Keys of the page are the
 * page's own: an accelerator here would take them from it.
 */
export function setMenu(options: {
  readonly isMac: boolean;
  readonly isPackaged: boolean;
  readonly runCommand: (id: string) => void;
}): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}

export function menuTemplate(options: Parameters<typeof setMenu>[0]): MenuItemConstructorOptions[] {
  const command = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => options.runCommand(id),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const devTools: MenuItemConstructorOptions[] = options.isPackaged ? [] : [{ role: 'toggleDevTools' }];
  return [
    ...(options.isMac ? [{ role: 'appMenu' } as const] : []),
    {
      role: 'fileMenu',
      submenu: [
        command('Import a Folder…', 'import', 'CmdOrCtrl+O'),
        command('Open Another Workspace…', 'workspace', 'CmdOrCtrl+Shift+O'),
        { type: 'separator' },
        { role: options.isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      role: 'viewMenu',
      submenu: [
        command('Search or Run a Command', 'palette'),
        command('Show All Keys', 'keys'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...devTools,
      ],
    },
    { role: 'windowMenu' },
  ];
}
