const { contextBridge, ipcRenderer } = require('electron');

globalThis.secretOfPreload = 42;
const refused = (work) => {
  try {
    work();
    return null;
  } catch (error) {
    return error.message;
  }
};

contextBridge.exposeInMainWorld('trial', {
  version: 7,
  invoke: (channel, ...args) => ipcRenderer.invoke(channel, ...args),
  add: (a, b) => a + b,
  callBack: (listener) => listener({ deep: [1, 2] }),
  listen(listener) {
    const receive = (_event, value) => listener(value);
    ipcRenderer.on('push', receive);
    return () => void ipcRenderer.off('push', receive);
  },
  refusals: () => ({
    node: refused(() => require('node:fs')),
    relative: refused(() => require('./main.mjs')),
    unknown: refused(() => ipcRenderer.sendSync('x')),
    hasProcess: typeof process,
  }),
  throws: () => {
    throw new Error('kaput in preload');
  },
});
