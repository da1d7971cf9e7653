import { expect, test } from 'vitest';
import { RoomError } from '#shared/errors.ts';
import { createMediaRelay } from './media-relay.ts';

const request = {
  mediaId: 'a',
  method: 'GET',
  rangeHeader: null,
  ifRangeHeader: null,
  ifNoneMatchHeader: null,
} as const;

test('a request while there is no engine is refused, and dropping it afterwards throws nothing', async () => {
  const lost = new RoomError('engine_lost', 'There is no engine.');
  const relay = createMediaRelay(() => {
    throw lost;
  });
  const abort = new AbortController();
  await expect(relay.open({ ...request, signal: abort.signal })).rejects.toBe(lost);
  // A listener that throws is an uncaught error of the whole app.
  abort.abort();
});

test('a request that is dropped when its engine has just gone is told so, and nothing else', async () => {
  let isGone = false;
  const sent: string[] = [];
  const relay = createMediaRelay((message) => {
    if (isGone) throw new RoomError('engine_lost', 'There is no engine.');
    sent.push(message.t);
  });
  const abort = new AbortController();
  const opening = relay.open({ ...request, signal: abort.signal });
  isGone = true;
  abort.abort();
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  expect(sent).toEqual(['media.open']);
});
