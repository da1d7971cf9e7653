import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture } from './child.mjs';
import { SetupFault, say, saying } from './say.mjs';

/** What the tests run against, as Debian packages it: any one of the names will do. */
const wanted = [
  {
    debian: 'chromium',
    brew: '--cask chromium',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  },
  { debian: 'openssh-server', brew: null, names: ['sshd'] },
  { debian: 'rsync', brew: 'rsync', names: ['rsync'] },
  { debian: 'rclone', brew: 'rclone', names: ['rclone'] },
  { debian: 'ffmpeg', brew: 'ffmpeg', names: ['ffmpeg'] },
  { debian: 'iproute2', brew: null, names: ['ip'] },
];

/** Where a program of the system can be although the PATH does not say so. */
const systemFolders = [
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/opt/homebrew/bin',
];

/** On a Mac the browser is an application, not a program on the PATH. */
const macChromes = ['/Applications/Google Chrome.app', '/Applications/Chromium.app'];

/**
 * Installs what the tests need and is not there: on Debian by apt-get, elsewhere it says what to type.
 * @param {{ install: boolean }} options with `install: false` the tests run with what there is, and skip the rest
 */
export async function ensurePrograms({ install }) {
  const missing = wanted.filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const names = missing.map((program) => program.debian).join(' ');
  if (!install) {
    say(`Not installed: ${names}. The tests that need them are skipped.`);
    return;
  }
  if (!existsSync('/etc/debian_version') || find('apt-get') === null) {
    const brew = missing.flatMap((program) => program.brew ?? []).join(' ');
    say(`Not installed: ${names}. The tests that need them are skipped.`);
    if (process.platform === 'darwin' && brew !== '') say(`To run them too: brew install ${brew}`);
    return;
  }
  await installByApt(missing.map((program) => program.debian));
}

/** @param {string[]} packages */
async function installByApt(packages) {
  const names = packages.join(' ');
  const prefix = await rootPrefix();
  if (prefix === null) {
    throw new SetupFault(
      `The tests need ${names}, and installing them needs root.`,
      `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}   (or: npm test -- --as-is, which skips what needs them)`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (/** @type {string[]} */ ...args) => {
    const [program = 'apt-get', ...rest] = [...prefix, 'apt-get', '-o', 'DPkg::Lock::Timeout=120', ...args];
    return capture(program, rest, env);
  };
  await saying(`Installing what the tests need (apt-get install ${names})`, async () => {
    const install = ['install', '-y', '--no-install-recommends', ...packages];
    let done = await apt(...install);
    if (done.code !== 0) {
      // No package list yet, or one that is too old to fetch by.
      await apt('update');
      done = await apt(...install);
    }
    if (done.code !== 0) {
      const tail = done.output.trim().split('\n').slice(-8).join('\n  ');
      throw new SetupFault(
        `apt-get could not install ${names}:\n  ${tail}`,
        `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}`,
      );
    }
  });
}

/** @returns {Promise<string[] | null>} what to put before a command to run it as root without a question */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const sudo = find('sudo');
  if (sudo === null) return null;
  const { code } = await capture(sudo, ['-n', 'true']);
  return code === 0 ? [sudo, '-n'] : null;
}

/** @param {(typeof wanted)[number]} program */
function isThere(program) {
  if (program.debian === 'chromium' && macChromes.some((path) => existsSync(path))) return true;
  // Network namespaces are Linux only.
  if (program.debian === 'iproute2' && process.platform !== 'linux') return true;
  return program.names.some((name) => find(name) !== null);
}

/** @param {string} name */
function find(name) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...systemFolders].filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
