import { app, Notification, safeStorage } from 'electron';
import { join } from 'node:path';
import { exitCodeOf, RoomError } from '#shared/errors.ts';
import { forkEngine, type EngineProcess } from './engine-process.ts';
import { callProgram, findFolders } from './folders.ts';
import { showAndWait } from './notifications.ts';
import { answerSecret, createVault } from './vault.ts';

/** `--room`: no window and no Dock icon. The engine makes the one call; this prints and ends with its code. */
export function startErrand(args: readonly string[]): void {
  hideFromDock();
  // Whoever read the output may have gone; the call goes on to its end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  void app.whenReady().then(async () => {
    const shown: Promise<void>[] = [];
    const exitCode = await runErrand(args, shown);
    await Promise.all([flushOutput(), ...shown]);
    app.exit(exitCode);
  });
}

function hideFromDock(): void {
  if (process.platform !== 'darwin') return;
  app.setActivationPolicy('prohibited');
  app.dock?.hide();
}

/** `shown` takes what has to be on the screen before the process may end. */
function runErrand(args: readonly string[], shown: Promise<void>[]): Promise<number> {
  const folders = findFolders();
  const vault = createVault({
    keychain: safeStorage,
    path: join(folders.shellFolder, 'secrets.bin'),
    platform: process.platform,
  });
  const engine = forkEngine(folders.engineFile);
  relayInterrupts(engine);
  return new Promise((resolve) => {
    let isOver = false;
    const end = (exitCode: number): void => {
      isOver = true;
      resolve(exitCode);
    };
    engine.onMessage((message) => {
      if (message.t === 'print') process[message.stream].write(message.text);
      else if (message.t === 'notice') shown.push(showAndWait(message.title, message.body, message.urgency));
      else if (message.t === 'secret') void answerSecret(vault, message).then((answer) => engine.send(answer));
      else if (message.t === 'done') {
        end(message.exitCode);
        engine.kill();
      }
    });
    engine.onExit((code) => {
      if (isOver) return;
      const lost = new RoomError(
        'could_not_tell',
        `The engine ended (exit code ${code}) before it answered: how this call ended is not known.`,
        { hint: 'Look at the job list before doing it again.' },
      );
      process.stderr.write(`${JSON.stringify(lost.toPayload())}\n`);
      end(exitCodeOf(lost.code));
    });
    engine.send({
      t: 'start_errand',
      version: app.getVersion(),
      program: callProgram(),
      folders: {
        configsFolder: folders.configsFolder,
        demoFolder: folders.demoFolder,
        remoteFolder: folders.remoteFolder,
      },
      args: [...args],
      calledIn: process.env['ROOM_CALLED_IN'] ?? process.cwd(),
      secretKind: vault.kind(),
      canNotify: Notification.isSupported(),
    });
  });
}

function relayInterrupts(engine: EngineProcess): void {
  const interrupt = (): void => engine.send({ t: 'interrupt' });
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
}

/** A pipe takes large answers in pieces: all of it has to leave before the process does. */
async function flushOutput(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((done) => stream.write('', () => done()))),
  );
}
