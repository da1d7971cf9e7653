import { app } from 'electron';
import { startErrand } from './errand-app.ts';
import { settleShellFolder } from './folders.ts';
import { registerAppScheme } from './protocol.ts';
import { startRoom } from './room-app.ts';
import { readStartArguments } from './start-arguments.ts';

// What has to stand before the app is ready, and before anything else runs.
app.enableSandbox();
settleShellFolder();
registerAppScheme();

const asked = readStartArguments(process.argv.slice(1));
if (asked.kind === 'errand') startErrand(asked.args);
else startRoom(asked);
