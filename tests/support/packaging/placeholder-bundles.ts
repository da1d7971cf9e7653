import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bundles } from '../../../build/package/stage-app.ts';

/**
 * Bundles that do nothing, with what must not come along beside them. They stand in where the real ones
 * are not built.
 */
export function makePlaceholderBundles(folder: string): Bundles {
  const bundles = { desktopFolder: join(folder, 'desktop'), rendererFolder: join(folder, 'renderer') };
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const desktop = (name: string, text: string): void => put(join(bundles.desktopFolder, name), text);
  const renderer = (name: string, text: string): void => put(join(bundles.rendererFolder, name), text);
  desktop('main.js', "import { app } from 'electron';\nimport { join } from 'node:path';\nvoid app, join;\n");
  desktop('preload.cjs', "const { contextBridge } = require('electron');\nvoid contextBridge;\n");
  desktop('engine.js', "import './chunks/shared.js';\n");
  desktop('chunks/shared.js', "import Database from 'better-sqlite3';\nvoid Database;\n");
  for (const name of ['main.js.map', 'main.d.ts', 'main.ts', 'view.tsx']) desktop(name, '{}');
  renderer('index.html', '<!doctype html><title>Room</title>');
  renderer('assets/index.js', 'export {};\n');
  renderer('assets/index.js.map', '{}');
  return bundles;
}
