import { readFileSync, statSync } from 'node:fs';
import Module, { createRequire, registerHooks } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { becomeReady, profileFolder, setAppFacts } from './app.ts';
import { startBrowser } from './browser.ts';
import { electron, electronNames } from './electron.ts';
import { serveSchemes } from './schemes.ts';
import { record, setRunning } from './state.ts';

// What Electron's binary does when it is started: `require` and `import` of electron, the modules of
// `-r`, the app's own main script, the browser, and `ready`.
const args = process.argv.slice(2);
const preloaded = args.flatMap((arg, index) => (arg === '-r' || arg === '--require' ? [args[index + 1] ?? ''] : []));
const appArg = args.find((arg, index) => !arg.startsWith('-') && !['-r', '--require'].includes(args[index - 1] ?? ''));
if (appArg === undefined) throw new Error('The stand-in is started with the folder of an app.');
const { folder, mainFile, name, version } = findApp(resolve(appArg));

process.argv.splice(1, process.argv.length - 1, ...args);
Object.defineProperty(process.versions, 'electron', { value: '45.3.4-standin', enumerable: true });
Object.assign(globalThis, { standIn: record, standInElectron: electron });
setAppFacts({ path: folder, name, version }, args);

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: 'standin:electron', format: 'module', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === 'standin:electron' ? { format: 'module', shortCircuit: true, source: moduleSource() } : next(url, context),
});
type Loader = { _load(request: string, ...rest: unknown[]): unknown };
const loader = Module as unknown as Loader;
// oxlint-disable-next-line no-underscore-dangle -- Node's own name
const plainLoad = loader._load.bind(loader);
// oxlint-disable-next-line no-underscore-dangle -- see above
loader._load = (request, ...rest) => (request === 'electron' ? electron : plainLoad(request, ...rest));

const require = createRequire(import.meta.url);
for (const path of preloaded) require(resolve(path));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Electron quits on a signal that the app has no listener of its own for.
    if (process.listenerCount(signal) === 1) electron.app.quit();
  });
}

await import(pathToFileURL(mainFile).href);
const port = await serveSchemes();
setRunning({ browser: await startBrowser(profileFolder(), []), port });
becomeReady();

/** A folder with a package.json, or a script. */
function findApp(path: string): { folder: string; mainFile: string; name: string; version: string } {
  if (!statSync(path).isDirectory()) return { folder: dirname(path), mainFile: path, name: 'app', version: '0.0.0' };
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    main: string;
  };
  return { folder: path, mainFile: join(path, manifest.main), name: manifest.name, version: manifest.version };
}

/** Names that the app imports and the stand-in lacks fail when the app is loaded, by their name. */
function moduleSource(): string {
  const lines = electronNames.map((each) => `export const ${each} = globalThis.standInElectron.${each};`);
  return `export default globalThis.standInElectron;\n${lines.join('\n')}\n`;
}
