import { expect, test } from 'vitest';
import { hasDefaultExport, importsOf, targetOf, workAtImport } from './module-imports.ts';
import { mayImport, roomOf } from './rooms.ts';
import { isSource, isTest, listFiles, readText } from './source-files.ts';

const sources = listFiles().filter(isSource);
const testPackages = ['vitest', 'fast-check', '@playwright/test'];

/** What is wrong with the imports of one file, in words. */
function faultsOf(path: string, source: string): readonly string[] {
  const room = roomOf(path);
  if (room === null) return [`${path} is in no room`];
  const faults: string[] = [];
  const say = (specifier: string, why: string): void => void faults.push(`${path} imports ${specifier}: ${why}`);
  for (const { specifier, typeOnly } of importsOf(path, source)) {
    const target = targetOf(path, specifier);
    switch (target.kind) {
      case 'node':
        if (!room.node && !isTest(path)) say(specifier, `${room.name} has no Node`);
        break;
      case 'package': {
        const allowed =
          room.packages === 'any' ||
          room.packages.includes(target.name) ||
          (isTest(path) && testPackages.includes(target.name)) ||
          (typeOnly && target.name === 'electron' && path.startsWith('electron/'));
        if (!allowed) say(specifier, `${room.name} does not use this package`);
        break;
      }
      case 'file': {
        const to = roomOf(target.path);
        if (to === null) {
          // package.json and the like; what is not a module has no room.
          if (isSource(target.path)) say(specifier, 'the imported file is in no room');
          break;
        }
        if (isTest(target.path)) say(specifier, 'a test is imported by nobody');
        else if (isTest(path) && to.name === 'tests') break;
        else if (!mayImport(room, to)) say(specifier, `${room.name} may not import ${to.name}`);
        else if (to.name === 'shared' && room.name !== 'shared' && !target.byAlias) say(specifier, 'write #shared/');
        else if (to.name === 'core' && room.name !== 'core' && !target.byAlias) say(specifier, 'write #core/');
        break;
      }
      default:
        target satisfies never;
    }
  }
  return faults;
}

test('every import is an edge of the table', () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.flatMap((path) => faultsOf(path, readText(path)))).toEqual([]);
});

test.each([
  ['shared/rules/budget.ts', `import { join } from 'node:path';`, 'has no Node'],
  ['shared/rules/budget.ts', `import { useState } from 'react';`, 'does not use this package'],
  ['shared/rules/budget.ts', `import { createCore } from '../../electron/core/create-core.ts';`, 'may not import core'],
  ['electron/core/jobs/store.ts', `import { serve } from '../../web/serve.ts';`, 'may not import web'],
  ['electron/core/jobs/store.ts', `export { serve } from '../../engine/serve.ts';`, 'may not import engine'],
  ['electron/core/jobs/store.ts', `import { app } from 'electron';`, 'does not use this package'],
  ['electron/core/jobs/store.ts', `import { RoomError } from '../../../shared/errors.ts';`, 'write #shared/'],
  ['electron/core/jobs/store.ts', `const lazy = () => import('../../../tests/support/x.ts');`, 'may not import tests'],
  ['electron/core/jobs/store.ts', `import 'fs';`, 'does not use this package'],
  ['electron/main/index.ts', `import { createCore } from '#core/create-core.ts';`, 'may not import core'],
  ['renderer/ui/tag.tsx', `import { createCore } from '#core/create-core.ts';`, 'may not import core'],
  ['renderer/ui/tag.tsx', `import { join } from 'node:path';`, 'has no Node'],
  ['renderer/player/cache.ts', `import { useState } from 'react';`, 'does not use this package'],
  ['renderer/player/cache.ts', `new Worker(new URL('../ui/tag.tsx', import.meta.url));`, 'may not import ui'],
  ['renderer/features/runs/a.ts', `import { b } from '../settings/b.ts';`, 'may not import features/settings'],
  ['renderer/features/runs/a.ts', `import { b } from '../../ui/tag.test.ts';`, 'a test is imported by nobody'],
  ['scripts/x.ts', `import 'vite';`, 'is in no room'],
])('the table refuses %s: %s', (path, source, why) => {
  expect(faultsOf(path, source)).toEqual([expect.stringContaining(why)]);
});

test.each([
  [
    'electron/core/jobs/store.ts',
    `import Database from 'better-sqlite3'; import { RoomError } from '#shared/errors.ts';`,
  ],
  [
    'electron/web/serve.ts',
    `import type { WebContents } from 'electron'; import { createCore } from '#core/create-core.ts';`,
  ],
  ['renderer/shell/app.tsx', `import { RunsScreen } from '../features/runs/runs-screen.tsx';`],
  ['shared/rules/budget.test.ts', `import { readFileSync } from 'node:fs'; import { test } from 'vitest';`],
  ['electron/core/runs/read.test.ts', `import { buildRun } from '../../../tests/support/runs/build-run.ts';`],
])('the table allows %s: %s', (path, source) => {
  expect(faultsOf(path, source)).toEqual([]);
});

test('nothing is exported by default, but where a tool demands it', () => {
  const demanded = (path: string): boolean => /^configs\/tooling\/.*\.config\.ts$/.test(path);
  expect(sources.filter((path) => !demanded(path) && hasDefaultExport(path, readText(path)))).toEqual([]);
});

test('core and shared do nothing when they are loaded', () => {
  const idle = sources.filter((path) => /^(?:shared|electron\/core)\//.test(path) && !isTest(path));
  // The entry of a worker thread is a program: it is loaded to work.
  const busy = idle
    .filter((path) => !path.endsWith('.thread.ts'))
    .flatMap((path) => {
      const statement = workAtImport(path, readText(path));
      return statement === null ? [] : [`${path}: ${statement}`];
    });
  expect(busy).toEqual([]);
  expect(workAtImport('a.ts', 'export const a = 1;\nsetInterval(() => a, 10);')).toBe('setInterval(() => a, 10);');
  expect(workAtImport('a.ts', 'export const a = 1;\nconst b = await fetch(a);')).toBe('const b = await fetch(a);');
});
