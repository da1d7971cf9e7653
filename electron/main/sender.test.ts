import { expect, test } from 'vitest';
import { isTrustedSender, type Sender } from './sender.ts';

const windows = new Set([3]);
type Frame = NonNullable<Sender['senderFrame']>;
const top: Frame = { parent: null, url: 'app://room/runs', origin: 'app://room' };
const parent = { url: 'app://room/', origin: 'app://room' } as Frame['parent'];

test.each<readonly [string, number, Frame | null, boolean]>([
  ['the window of the room', 3, top, true],
  ['contents that are no window of ours', 4, top, false],
  ['a frame that is gone', 3, null, false],
  ['a frame inside the page', 3, { ...top, parent }, false],
  ['a foreign origin', 3, { parent: null, url: 'https://evil.example/', origin: 'https://evil.example' }, false],
  [
    'a foreign frame that names our origin',
    3,
    { parent: null, url: 'https://evil.example/?app://room/', origin: 'app://room' },
    false,
  ],
  ['an opaque origin at our address', 3, { ...top, origin: 'null' }, false],
  ['another host of the scheme', 3, { parent: null, url: 'app://other/', origin: 'app://other' }, false],
  ['a host that only begins like ours', 3, { parent: null, url: 'app://room.evil/', origin: 'app://room.evil' }, false],
  ['a data page', 3, { parent: null, url: 'data:text/html,x', origin: 'null' }, false],
  ['an empty page', 3, { parent: null, url: '', origin: '' }, false],
])('%s', (_what, id, senderFrame, isTrusted) => {
  expect(isTrustedSender({ sender: { id }, senderFrame }, windows)).toBe(isTrusted);
});
