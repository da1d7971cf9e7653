import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { showRuns } from '../support/desktop-page.ts';
import { expect, test } from '../support/room-fixture.ts';
import { projectFolder } from '../support/test-core.ts';

/** Every permission that this version of Electron knows, from its own types. */
function permissionNames(method: 'setPermissionRequestHandler' | 'setPermissionCheckHandler'): readonly string[] {
  const types = readFileSync(join(projectFolder, 'node_modules', 'electron', 'electron.d.ts'), 'utf8');
  const line = types.split('\n').find((each) => each.trim().startsWith(`${method}(handler:`)) ?? '';
  const union = /permission: ('[^,]+'),/.exec(line)?.[1] ?? '';
  return union.split(' | ').map((name) => name.slice(1, -1));
}

const allowed = ['clipboard-sanitized-write', 'fullscreen'];

test(
  'permissions: every one that Electron knows is refused but two, and those only to our own page',
  { tag: '@standin' },
  async ({ roomPage, desktop }) => {
    await showRuns(roomPage);
    for (const method of ['setPermissionRequestHandler', 'setPermissionCheckHandler'] as const)
      expect(permissionNames(method).length).toBeGreaterThan(40);
    const granted = await desktop!.application.evaluate(
      ({ BrowserWindow }, names) => {
        const { permissions } = (
          globalThis as unknown as { standIn: { permissions: Record<string, (...args: unknown[]) => unknown> } }
        ).standIn;
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        const foreign = { getURL: () => 'https://evil.example/' };
        const requested = (from: unknown): string[] =>
          names.request.filter((name) => {
            let answer = false;
            permissions['request']?.(from, name, (isGranted: boolean) => (answer = isGranted), {});
            return answer;
          });
        const checked = (origin: string): string[] =>
          names.check.filter((name) => permissions['check']?.(contents, name, origin, {}) === true);
        let streams: unknown = 'not answered';
        permissions['displayMedia']?.({}, (answer: unknown) => (streams = answer));
        return {
          requested: requested(contents),
          requestedByForeign: requested(foreign),
          checked: checked('app://room/'),
          checkedByForeign: checked('https://evil.example/'),
          device: permissions['device']?.({ deviceType: 'usb' }),
          streams,
        };
      },
      { request: permissionNames('setPermissionRequestHandler'), check: permissionNames('setPermissionCheckHandler') },
    );
    expect({ ...granted, requested: granted.requested.toSorted(), checked: granted.checked.toSorted() }).toEqual({
      requested: allowed,
      requestedByForeign: [],
      checked: allowed,
      checkedByForeign: [],
      device: false,
      streams: null,
    });
  },
);
