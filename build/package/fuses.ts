import { flipFuses, FuseV1Options, FuseVersion, getCurrentFuseWire, FuseState } from '@electron/fuses';

/** Every fuse of Electron, by its name in `@electron/fuses`, and why it is as it is. */
export const fuses: Readonly<Record<keyof typeof FuseV1Options, boolean>> = {
  // The app's binary is no Node.js for whoever can set a variable; `--room` goes through the app's own main.
  RunAsNode: false,
  EnableCookieEncryption: true,
  // NODE_OPTIONS and --inspect would let any program of the account put code into the app.
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  // No snapshot is shipped.
  LoadBrowserProcessSpecificV8Snapshot: false,
  // The page has its own scheme; `file:` needs nothing.
  GrantFileProtocolExtraPrivileges: false,
  // WebAssembly with checks by the processor, as Chromium has it.
  WasmTrapHandlers: true,
};

type FuseName = keyof typeof fuses;

const names = Object.keys(fuses) as FuseName[];

/**
 * Sets every fuse in the binary of an unpacked app. A fuse that is not in the table, or not in the
 * binary, stops the build: a new Electron brings new ones.
 * @param electronPath the executable (Linux) or the `.app` folder (macOS)
 */
export async function setFuses(electronPath: string): Promise<void> {
  await flipFuses(electronPath, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    ...(Object.fromEntries(names.map((name) => [FuseV1Options[name], fuses[name]])) as Record<FuseV1Options, boolean>),
  });
}

/** What the binary has, by name; null for a fuse that it does not have. */
export async function readFuses(electronPath: string): Promise<Readonly<Record<FuseName, boolean | null>>> {
  const wire = await getCurrentFuseWire(electronPath);
  const valueOf = (name: FuseName): boolean | null => {
    const state = wire[FuseV1Options[name]];
    return state === FuseState.ENABLE ? true : state === FuseState.DISABLE ? false : null;
  };
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<FuseName, boolean | null>;
}
