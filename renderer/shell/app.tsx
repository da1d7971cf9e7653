import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useClient } from '../client/client-context.tsx';
import { FleetSheets, useIncidents } from '../features/fleet/index.ts';
import { ImportSheet } from '../features/import/import-sheet.tsx';
import { DepthSheet } from '../features/orientation/depth-sheet.tsx';
import { forgetLaunch } from '../features/launch/launch-store.ts';
import { forgetMarkedRuns } from '../features/runs/runs-store.ts';
import { classes } from '../ui/classes.ts';
import { showToast } from '../ui/toast-store.ts';
import { Toasts } from '../ui/toasts.tsx';
import { Bands } from './bands.tsx';
import { useCommandKeys } from './commands.ts';
import { useGlobalCommands } from './global-commands.ts';
import { KeySheet } from './key-sheet.tsx';
import { addressOf } from './links.ts';
import { MasterStrip } from './master-strip.tsx';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { RoomFooter } from './room-facts.tsx';
import { Routes } from './routes.tsx';
import { useShellCommands } from './use-shell-commands.ts';
import { useTheme } from './use-theme.ts';

function useWorkspaceSwitch(): void {
  const client = useClient();
  const [, navigate] = useLocation();
  useEffect(
    () =>
      client.onWorkspaceSwitched(() => {
        forgetLaunch();
        forgetMarkedRuns();
        navigate(addressOf.runs);
        showToast({ shape: 'ok', title: 'Workspace opened' });
      }),
    [client, navigate],
  );
}

/** After a change of screen the focus goes to it, so that keys and a screen reader start there. */
function useFocusOnChange(path: string): React.RefObject<HTMLElement | null> {
  const mainRef = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    if (mainRef.current?.contains(document.activeElement) !== true) mainRef.current?.focus({ preventScroll: true });
  }, [path]);
  return mainRef;
}

export function App(): ReactNode {
  const [path] = useLocation();
  const mainRef = useFocusOnChange(path);
  useTheme();
  useCommandKeys();
  useGlobalCommands();
  useShellCommands();
  useWorkspaceSwitch();
  const isAlarmed = useIncidents().length > 0;
  return (
    <div
      className={classes(
        'room',
        /^\/(compare|clip)(\/|$)|^\/studies\/[^/]+\/label$/.test(path) && 'narrow',
        isAlarmed && 'alarmed',
      )}
    >
      <a className="skip" href="#main">
        Skip to the screen
      </a>
      <MasterStrip />
      <Bands />
      <Rail />
      <main id="main" className="main" tabIndex={-1} ref={mainRef}>
        <Routes />
      </main>
      <RoomFooter />
      <Palette />
      <KeySheet />
      <ImportSheet />
      <DepthSheet />
      <FleetSheets />
      <Toasts />
    </div>
  );
}
