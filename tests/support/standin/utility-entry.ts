import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';

// The inside of a utility process: `process.parentPort`, and the module that was asked for.
const [modulePath = '', ...rest] = process.argv.slice(2);
process.argv.splice(1, process.argv.length - 1, modulePath, ...rest);

const early: unknown[] = [];
const port = Object.assign(new EventEmitter(), {
  postMessage(message: unknown): void {
    const cloned: unknown = structuredClone(message);
    if (process.connected) process.send?.(cloned);
  },
});
process.on('message', (data) => {
  if (port.listenerCount('message') === 0) early.push(data);
  else port.emit('message', { data, ports: [] });
});
// Messages wait for the first listener, as Electron's do.
port.on('newListener', (name) => {
  if (name === 'message')
    queueMicrotask(() => early.splice(0).forEach((data) => port.emit('message', { data, ports: [] })));
});
// A utility process does not outlive its app.
process.on('disconnect', () => process.exit(0));
Object.defineProperty(process, 'parentPort', { value: port });

await import(pathToFileURL(modulePath).href);
