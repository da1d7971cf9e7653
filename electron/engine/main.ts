import { join } from 'node:path';
import { connectMain, type ParentPort } from './main-channel.ts';
import { runErrand } from './run-errand.ts';
import { serveRoom } from './serve-room.ts';

// The entry of the engine process that the desktop shell forks. Its first message says what it is for.
const { parentPort } = process as NodeJS.Process & { readonly parentPort?: ParentPort };
if (parentPort === undefined)
  throw new Error('This is the engine process of the desktop app: it is started by the app.');

const main = connectMain(parentPort, (text) => process.stderr.write(`${text}\n`));
const threadsFolder = join(import.meta.dirname, 'threads');
let isStarted = false;

main.listen((message) => {
  if (isStarted || (message.t !== 'start_room' && message.t !== 'start_errand')) return;
  isStarted = true;
  if (message.t === 'start_room') void serveRoom(main, message, threadsFolder);
  else void runErrand(main, message, threadsFolder);
});
