import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { chromiumArgs, chromiumPath } from '../chromium.ts';
import { connectCdp, type Cdp } from './cdp.ts';

/** What a window of Electron does without asking and a headless browser has to be told. */
const windowArgs = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--no-startup-window',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-features=HttpsUpgrades,DestroyProfileOnBrowserClose',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--password-store=basic',
];

export type Browser = { readonly cdp: Cdp; kill(): void };

/** Starts Chromium without a window. Its line about where DevTools listen goes to stderr, as Electron's does. */
export async function startBrowser(profileFolder: string, switches: readonly string[]): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('The stand-in needs a Chromium, and there is none on this machine.');
  mkdirSync(profileFolder, { recursive: true });
  const args = [
    ...chromiumArgs,
    ...windowArgs,
    ...switches,
    `--user-data-dir=${profileFolder}`,
    '--remote-debugging-port=0',
    '--remote-debugging-pipe',
  ];
  const child = spawn(chromiumPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const look = (bytes: Buffer): void => {
      said = (said + bytes.toString('utf8')).slice(-20_000);
      const line = /^DevTools listening on ws:\/\/\S+/m.exec(said)?.[0];
      if (line === undefined) return;
      child.stderr?.off('data', look);
      child.stderr?.resume();
      process.stderr.write(`${line}\n`);
      resolve();
    };
    child.stderr?.on('data', look);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Chromium ended (${code}) before it was ready:\n${said}`)));
  });
  return { cdp: connectCdp(child.stdio[3] as Writable, child.stdio[4] as Readable), kill };
}
