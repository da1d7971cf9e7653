import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { StartMessage } from '#shared/contract/engine-wire.ts';
import { roomHome } from '#core/workspace/home.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import { desktopPorts } from './desktop-ports.ts';
import { followEvents } from './follow-events.ts';
import { AlreadyOpen, createHost, type Host } from './host.ts';
import type { MainChannel } from './main-channel.ts';
import { createMainSecrets } from './main-secrets.ts';
import { createRoomLog } from './room-log.ts';
import { serveMedia } from './serve-media.ts';

/** The resident engine of a desktop window: calls, events, media and dialogs over one channel. */
export async function serveRoom(
  main: MainChannel,
  start: StartMessage & { t: 'start_room' },
  threadsFolder: string,
): Promise<void> {
  let host: Host | null = null;
  const log = createRoomLog(() => host?.core().workspace.path ?? null);
  const running = (): Host => {
    if (host === null) throw new RoomError('engine_lost', 'The room is not open.');
    return host;
  };
  let isStopping = false;
  const stop = (): void => {
    // The second time is the shell's last word.
    if (isStopping) process.exit(0);
    isStopping = true;
    if (host !== null) end(host);
  };
  const end = (it: Host): void => {
    it.close().then(
      () => main.send({ t: 'done', exitCode: 0 }),
      () => main.send({ t: 'done', exitCode: 1 }),
    );
  };
  main.listen((message) => {
    if (message.t === 'stop') stop();
  });
  // The Ctrl-C of a terminal reaches every process; the shell decides when this one ends.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', stop);
  const ports = desktopPorts({
    shell: 'desktop',
    start,
    threadsFolder,
    secrets: createMainSecrets(main, start.secretKind),
    log,
    pickFolder: createFolderPicker(main),
    notify: (notice) => {
      log({
        level: notice.urgency === 'critical' ? 'error' : 'warn',
        area: 'notice',
        message: `${notice.title}: ${notice.body}`,
      });
      main.send({ t: 'notice', ...notice });
      return start.canNotify;
    },
    switchWorkspace: (path) => running().switchTo(resolve(path)),
  });
  try {
    const wanted = chooseWorkspace(roomHome(process.env), { path: start.workspacePath, isDemo: start.isDemo });
    host = await createHost({ ports, ...wanted, makeLink: null, log });
  } catch (thrown) {
    const link = thrown instanceof AlreadyOpen && thrown.link !== '' ? thrown.link : null;
    main.send({ t: 'failed', error: toErrorPayload(thrown), link });
    return;
  }
  if (isStopping) {
    end(host);
    return;
  }

  const caller = { actor: 'operator', name: userInfo().username } as const;
  const { core, onCoreChanged } = host;
  const tellReady = (): void => main.send({ t: 'ready', workspacePath: core().workspace.path });
  onCoreChanged(tellReady);
  followEvents({ core, onCoreChanged }, (event) => main.send({ t: 'event', event }));
  serveMedia(main, () => core().media);

  main.listen((message) => {
    if (message.t !== 'call') return;
    void core()
      .dispatcher.dispatch(message.method, message.input, caller)
      .then((envelope) => main.send({ t: 'answer', id: message.id, envelope }));
  });
  tellReady();
}

function createFolderPicker(main: MainChannel): (title: string) => Promise<string | null> {
  const waiting = new Map<number, (path: string | null) => void>();
  let nextId = 1;
  main.listen((message) => {
    if (message.t !== 'folder.picked') return;
    waiting.get(message.id)?.(message.path);
    waiting.delete(message.id);
  });
  return (title) => {
    const id = nextId++;
    return new Promise((done) => {
      waiting.set(id, done);
      main.send({ t: 'folder.pick', id, title });
    });
  };
}
