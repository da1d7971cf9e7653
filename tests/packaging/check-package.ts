import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { log } from 'electron-builder';
import { madeBundles } from '../../build/package/pack.ts';
import { nameOf } from '../../build/package/target.ts';
import type { Finding } from '../support/packaging/finding.ts';
import { inspectSettings } from '../support/packaging/inspect-settings.ts';
import { checkedTargets, packAndInspect } from '../support/packaging/pack-all.ts';

/*
 * `npm run package -- --check`: packs the built bundles against a fake Electron and says each thing that
 * was asserted. packages.test.ts asserts the same.
 */

// What the builder copies is not asked for here; its warnings are.
log.info = () => undefined;

const startedMs = performance.now();
let passed = 0;
let failed = 0;

function say(findings: readonly Finding[]): void {
  for (const { what, found, fault } of findings) {
    if (fault === null) passed += 1;
    else failed += 1;
    console.log(fault === null ? `  ok    ${what}${found === '' ? '' : ` (${found})`}` : `  FAIL  ${what}: ${fault}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'room-package-'));
try {
  console.log('settings');
  say(inspectSettings());
  for (const target of checkedTargets) {
    console.log(nameOf(target));
    say(await packAndInspect(folder, target, madeBundles));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} as they have to be, ${failed} not (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
// The builder leaves handlers that would answer 0.
process.exit(failed === 0 ? 0 : 1);
