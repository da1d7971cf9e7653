import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inRoot } from '../steps/paths.mjs';
import { mayNotarize, notarisationVariables, type Profile } from './builder-config.ts';
import {
  areToolsInCache,
  canDownloadElectron,
  canDownloadTools,
  electronIn,
  electronVersion,
  isInCache,
  zipName,
} from './electron-source.ts';
import { madeBundles, pack } from './pack.ts';
import { mainEntry } from './stage-app.ts';
import { nameOf, type Target } from './target.ts';

const usage =
  'npm run package [-- mac | linux] [--arm64] [--x64] [--local] [--dir] [--electron <folder>] [--output <folder>]';

/** What keeps the packages from being made: one line, and one with what to type. */
class PackageFault extends Error {
  readonly toGoOn: string;

  constructor(message: string, toGoOn: string) {
    super(message);
    this.toGoOn = toGoOn;
  }
}

function readArgs() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        arm64: { type: 'boolean', default: false },
        x64: { type: 'boolean', default: false },
        local: { type: 'boolean', default: false },
        dir: { type: 'boolean', default: false },
        electron: { type: 'string' },
        output: { type: 'string' },
      },
    });
  } catch (thrown) {
    throw new PackageFault(thrown instanceof Error ? thrown.message : String(thrown), usage);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readArgs();
  const [wanted = process.platform === 'darwin' ? 'mac' : 'linux', ...rest] = positionals;
  if ((wanted !== 'mac' && wanted !== 'linux') || rest.length > 0) {
    throw new PackageFault(`Unknown: ${positionals.join(' ')}.`, usage);
  }
  const platform = wanted === 'mac' ? 'darwin' : 'linux';
  if (platform === 'darwin' && process.platform !== 'darwin' && !values.dir) {
    throw new PackageFault(
      'A package for macOS is signed, and that needs a Mac.',
      'npm run package on a Mac, npm run package -- mac --dir for the app as a folder, or npm run package -- --check',
    );
  }
  if (!existsSync(inRoot(mainEntry))) {
    throw new PackageFault(`The desktop bundles are not built (${mainEntry} is missing).`, 'npm run build');
  }
  const targets = archesOf(values, platform).map((arch): Target => ({ platform, arch }));
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const electronFolder = values.electron === undefined ? undefined : resolve(from, values.electron);
  const outputFolder = values.output === undefined ? inRoot('release') : resolve(from, values.output);
  const sources = await Promise.all(targets.map((target) => findElectron(target, electronFolder)));
  if (!values.dir && !areToolsInCache(process.env) && !(await canDownloadTools(process.env))) {
    throw new PackageFault(
      `The programs that make ${platform === 'darwin' ? 'a dmg' : 'an AppImage and a deb'} are not here and can not be fetched from github.com.`,
      'the same with --dir, which leaves the app as a folder, or repeat it with a network',
    );
  }
  const profile = profileOf(values.local, platform);
  for (const [index, target] of targets.entries()) {
    const electronDist = sources[index] ?? null;
    const made = await pack({
      target,
      profile,
      unpacked: values.dir,
      bundles: madeBundles,
      electronDist,
      outputFolder,
    });
    for (const path of made) console.log(relative(from, path));
  }
  if (values.dir) console.log(`Unpacked in ${relative(from, outputFolder)}`);
}

function archesOf(
  values: { readonly arm64: boolean; readonly x64: boolean },
  platform: Target['platform'],
): readonly Target['arch'][] {
  const named = (['arm64', 'x64'] as const).filter((arch) => values[arch]);
  if (named.length > 0) return named;
  if (platform === 'darwin') return ['arm64', 'x64'];
  return [process.arch === 'arm64' ? 'arm64' : 'x64'];
}

function profileOf(local: boolean, platform: Target['platform']): Profile {
  if (local || platform === 'linux') return 'local';
  if (process.platform !== 'darwin') return 'unsigned';
  if (!mayNotarize(process.env)) {
    console.log(`Not notarised: ${notarisationVariables.join(', ')} are not all set. Other Macs will refuse the app.`);
  }
  return 'release';
}

/** A folder or zip with Electron; null when the builder has it or can fetch it. */
async function findElectron(target: Target, folder: string | undefined): Promise<string | null> {
  if (folder !== undefined) {
    const found = electronIn(folder, target);
    if (found !== null) return found;
    throw new PackageFault(
      `${folder} has no Electron ${electronVersion()} for ${nameOf(target)}.`,
      `put ${zipName(target)} there, from https://github.com/electron/electron/releases/tag/v${electronVersion()}`,
    );
  }
  if (isInCache(target, process.env) || (await canDownloadElectron(process.env))) return null;
  throw new PackageFault(
    `Electron ${electronVersion()} for ${nameOf(target)} is not here and its releases can not be reached.`,
    `npm run package -- --electron <folder with ${zipName(target)}>, or npm run package -- --check, which needs neither`,
  );
}

try {
  await main();
} catch (thrown) {
  if (thrown instanceof PackageFault) {
    console.error(`Not packaged: ${thrown.message}\nTo go on: ${thrown.toGoOn}`);
  } else {
    console.error(`Not packaged: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  // The builder leaves handlers that would answer 0.
  process.exit(1);
}
