import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import {
  bridgeName,
  invokeChannel,
  pushChannel,
  type DesktopBridge,
  type ShellPush,
} from '#shared/contract/desktop-bridge.ts';

const bridge: DesktopBridge = {
  invoke: (method, input) => ipcRenderer.invoke(invokeChannel, method, input),
  subscribe(listener) {
    const receive = (_event: IpcRendererEvent, push: ShellPush): void => listener(push);
    ipcRenderer.on(pushChannel, receive);
    return () => void ipcRenderer.off(pushChannel, receive);
  },
};

contextBridge.exposeInMainWorld(bridgeName, bridge);
