import type * as Electron from 'electron';
import type { Dialog, Display, MenuItemConstructorOptions, NativeTheme, Protocol, Screen, Shell } from 'electron';
import { app } from './app.ts';
import { askScheme, hasSchemeHandler, removeSchemeHandler, setSchemeHandler } from './schemes.ts';
import { record } from './state.ts';
import { honest, HonestEmitter } from './unimplemented.ts';

// What is around the windows: schemes, dialogs, menus, the system. Nothing here is shown; tests read what was asked for.

export const protocol = honest('protocol', {
  registerSchemesAsPrivileged(schemes) {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    if (record.privilegedSchemes.length > 0) throw new Error('registerSchemesAsPrivileged can be used once');
    record.privilegedSchemes.push(...schemes);
  },
  handle: setSchemeHandler as Protocol['handle'],
  unhandle: (scheme) => void removeSchemeHandler(scheme),
  isProtocolHandled: hasSchemeHandler,
} satisfies Partial<Protocol>) as unknown as Protocol;

/** Only for schemes of the app: a test of Electron asks its handlers the same way. */
export const net = honest('net', {
  fetch: (url: string, init: RequestInit = {}) =>
    askScheme(url, {
      method: init.method ?? 'GET',
      ...(init.headers === undefined ? {} : { headers: init.headers }),
      ...(init.signal ? { signal: init.signal } : {}),
    }),
});

export const shell = honest('shell', {
  openExternal: async (url) => void record.openedExternally.push(url),
} satisfies Partial<Shell>) as unknown as Shell;

/** Nobody is there to answer: a test puts its own function in place. */
export const dialog = honest('dialog', {
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
  showMessageBox: async (...args: readonly unknown[]) => {
    const { cancelId } = args.at(-1) as Electron.MessageBoxOptions;
    return { response: cancelId ?? 0, checkboxChecked: false };
  },
  showErrorBox: (title, content) => void record.errorBoxes.push({ title, content }),
} satisfies Partial<Dialog>) as unknown as Dialog;

const display = {
  id: 1,
  workArea: { x: 0, y: 0, width: 1440, height: 900 },
  bounds: { x: 0, y: 0, width: 1440, height: 900 },
  scaleFactor: 1,
};
export const screen = honest('screen', {
  getAllDisplays: () => [honest('display', display) as unknown as Display],
  getPrimaryDisplay: () => honest('display', display) as unknown as Display,
} satisfies Partial<Screen>) as unknown as Screen;

export const nativeTheme = honest(
  'nativeTheme',
  Object.assign(new HonestEmitter('nativeTheme', ['updated']), {
    themeSource: 'system' as NativeTheme['themeSource'],
    shouldUseDarkColors: true,
  }),
) as unknown as NativeTheme;

type Item = MenuItemConstructorOptions & { readonly submenu?: MenuDouble };
class MenuDouble {
  static #current: MenuDouble | null = null;
  readonly items: readonly Item[];
  constructor(template: readonly MenuItemConstructorOptions[] = []) {
    this.items = template.map(
      (item) =>
        ({ ...item, ...(Array.isArray(item.submenu) ? { submenu: new MenuDouble(item.submenu) } : {}) }) as Item,
    );
  }
  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): MenuDouble {
    return new MenuDouble(template);
  }
  static setApplicationMenu(menu: MenuDouble | null): void {
    MenuDouble.#current = menu;
  }
  static getApplicationMenu(): MenuDouble | null {
    return MenuDouble.#current;
  }
}
export const Menu = MenuDouble as unknown as typeof Electron.Menu;

class NotificationDouble extends HonestEmitter {
  readonly #facts: { readonly title: string; readonly body: string };
  constructor(options: { readonly title?: string; readonly body?: string } = {}) {
    super('Notification', ['click', 'show', 'close']);
    this.#facts = { title: options.title ?? '', body: options.body ?? '' };
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    record.notifications.push({ ...this.#facts, click: () => void this.emit('click') });
    this.emit('show');
  }
}
export const Notification = NotificationDouble as unknown as typeof Electron.Notification;

type ImageDouble = Pick<Electron.NativeImage, 'addRepresentation' | 'isEmpty' | 'isTemplateImage' | 'setTemplateImage'>;
/** Knows of its pictures that they are PNG: a data URL that Electron would draw nothing of is refused. */
function createImage(): ImageDouble {
  const scales: number[] = [];
  let isTemplate = false;
  return honest('NativeImage', {
    addRepresentation({ scaleFactor = 1, dataURL = '' }) {
      const bytes = Buffer.from(/^data:image\/png;base64,(.+)$/.exec(dataURL)?.[1] ?? '', 'base64');
      if (bytes.subarray(1, 4).toString('latin1') !== 'PNG')
        throw new Error('The stand-in takes PNG as data URLs only.');
      scales.push(scaleFactor);
    },
    isEmpty: () => scales.length === 0,
    isTemplateImage: () => isTemplate,
    setTemplateImage(value) {
      isTemplate = value;
    },
  } satisfies ImageDouble);
}
export const nativeImage = honest('nativeImage', {
  createEmpty: createImage,
}) as unknown as typeof Electron.nativeImage;

class TrayDouble extends HonestEmitter {
  readonly #shown: (typeof record.trays)[number];
  constructor(image: ImageDouble) {
    super('Tray', ['click', 'right-click', 'double-click']);
    if (image.isEmpty()) throw new Error('The stand-in: a tray without an image is not there.');
    this.#shown = { title: '', toolTip: '', menu: null, isTemplate: image.isTemplateImage() };
    record.trays.push(this.#shown);
  }
  setTitle(title: string, _options?: { readonly fontType?: string }): void {
    this.#shown.title = title;
  }
  setToolTip(toolTip: string): void {
    this.#shown.toolTip = toolTip;
  }
  setContextMenu(menu: MenuDouble | null): void {
    this.#shown.menu = menu;
  }
}
export const Tray = TrayDouble as unknown as typeof Electron.Tray;
