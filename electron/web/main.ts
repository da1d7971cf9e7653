import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exitCodeOf, RoomError, toErrorPayload } from '#shared/errors.ts';
import { roomHome } from '#core/workspace/home.ts';
import { chooseWorkspace } from '../engine/choose-workspace.ts';
import { AlreadyOpen, createHost, type Host } from '../engine/host.ts';
import { createRoomLog } from '../engine/room-log.ts';
import { rendererFolder, sourcePorts } from '../engine/source-ports.ts';
import { parseStartArguments } from './arguments.ts';
import { openBrowser } from './open-browser.ts';
import { startWebServer, type WebServer } from './server.ts';

async function start(): Promise<void> {
  const options = parseStartArguments(process.argv.slice(2));
  if (!existsSync(join(rendererFolder, 'index.html'))) {
    throw new RoomError('file_missing', 'The page of the room has not been built yet.', {
      hint: 'Start it with: npm start',
    });
  }
  const home = roomHome(process.env);
  const calledIn = process.env['INIT_CWD'] ?? process.cwd();
  const wanted = chooseWorkspace(home, {
    path: options.workspacePath === null ? null : resolve(calledIn, options.workspacePath),
    isDemo: options.isDemo,
  });

  let host: Host | null = null;
  let server: WebServer | null = null;
  const log = createRoomLog(() => host?.core().workspace.path ?? null);
  const ports = sourcePorts({
    shell: 'browser',
    mayBrowseFolders: true,
    switchWorkspace: (target) => (host === null ? Promise.resolve() : host.switchTo(resolve(target))),
    log,
    environment: process.env,
  });
  host = await createHost({
    ports,
    ...wanted,
    makeLink: () => server?.newLink() ?? '',
    log,
  });
  const running = host;
  try {
    server = await startWebServer({
      core: running.core,
      onCoreChanged: running.onCoreChanged,
      port: options.port,
      rendererFolder,
      log,
    });
  } catch (error) {
    await running.close();
    throw error;
  }
  const link = server.newLink();
  process.stdout.write(`Control room ready: ${link}\n`);
  if (options.opensBrowser) openBrowser(link);

  let stopping = false;
  const stop = (): void => {
    // A second Ctrl-C means now.
    if (stopping) process.exit(130);
    stopping = true;
    void server!
      .close()
      .then(() => running.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

try {
  await start();
} catch (thrown) {
  const error = toErrorPayload(thrown);
  process.stderr.write(`${error.message}${error.hint === null ? '' : `\n${error.hint}`}\n`);
  if (thrown instanceof AlreadyOpen && thrown.link !== null) process.stderr.write(`Open it with: ${thrown.link}\n`);
  process.exitCode = exitCodeOf(error.code);
}
