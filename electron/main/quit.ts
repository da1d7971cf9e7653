import { app, dialog, type BrowserWindow } from 'electron';
import type { EngineHost } from './engine-host.ts';
import type { FleetSight } from './fleet-words.ts';
import { quitButton, quitWarning } from './quit-warning.ts';

/**
 * Machines that run are told of before the app ends, and then the engine closes its files. A second wish to
 * quit waits for neither.
 */
export function askBeforeQuit(deps: {
  readonly engine: Pick<EngineHost, 'stop'>;
  readonly sight: () => FleetSight;
  readonly window: () => BrowserWindow | null;
  /** The person stays: the room is there again, also when its window was closed. */
  readonly stay: () => void;
}): void {
  let state: 'open' | 'asking' | 'stopping' = 'open';

  function stop(): void {
    state = 'stopping';
    void deps.engine.stop().finally(() => app.quit());
  }

  async function ask(warning: NonNullable<ReturnType<typeof quitWarning>>): Promise<void> {
    state = 'asking';
    const window = deps.window();
    const { response } = await (window === null
      ? dialog.showMessageBox(warning)
      : dialog.showMessageBox(window, warning));
    if (state !== 'asking') return;
    if (response === quitButton) {
      stop();
      return;
    }
    state = 'open';
    deps.stay();
  }

  app.on('before-quit', (event) => {
    if (state === 'stopping') return;
    event.preventDefault();
    const warning = state === 'asking' ? null : quitWarning(deps.sight());
    if (warning === null) stop();
    else void ask(warning);
  });
}
