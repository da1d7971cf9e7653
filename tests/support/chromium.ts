import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser of this machine; Playwright's own downloads are not used. */
export const chromiumPath = places.find((path) => existsSync(path));

/** The sandbox of Chromium can not be set up by root. */
export const chromiumSandbox = process.getuid?.() !== 0;

/** What keeps a test browser from calling home on a closed network. */
export const chromiumArgs = [
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
