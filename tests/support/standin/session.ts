import type * as Electron from 'electron';
import type { Session } from 'electron';
import { record } from './state.ts';
import { honest, HonestEmitter } from './unimplemented.ts';

const implemented = {
  setPermissionRequestHandler: (handler) => void (record.permissions.request = handler),
  setPermissionCheckHandler: (handler) => void (record.permissions.check = handler),
  setDevicePermissionHandler: (handler) => void (record.permissions.device = handler),
  setDisplayMediaRequestHandler: (handler) => void (record.permissions.displayMedia = handler),
} satisfies Partial<Session>;

export const defaultSession = honest(
  'session',
  Object.assign(new HonestEmitter('session', []), implemented),
) as unknown as Session;
export const session = honest('session', { defaultSession }) satisfies Partial<typeof Electron.session>;
