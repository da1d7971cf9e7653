import type { Page, Response } from '@playwright/test';
import { expect, test } from '../support/room-fixture.ts';
import { openStudyRoom, type StudyRoom } from '../support/study/study-room.ts';

const eventually = expect.configure({ timeout: 60_000 });

let opened: StudyRoom;
test.beforeEach(async () => {
  opened = await openStudyRoom(6);
});
test.afterEach(async ({ page }) => {
  await page.goto('about:blank');
  await opened.close();
});

/** What of a side stands in the page, with the words for left and right taken out. */
async function sidesOf(page: Page): Promise<readonly [string, string]> {
  const markup = await page
    .locator('.study-duo figure')
    .evaluateAll((figures) => figures.map((figure) => figure.outerHTML.replaceAll(/left|right/gi, 'side')));
  return [markup[0] ?? '', markup[1] ?? ''];
}

test(
  'no blinded page, request, answer or attribute tells the sides apart',
  { tag: '@browser' },
  async ({ page, watch }) => {
    test.setTimeout(300_000);
    await watch(page);
    const runs = (await opened.call('runs.list', {})).items;
    const of = (folder: string): string => runs.find((each) => each.name.includes(folder))!.id;
    const { studyId } = await opened.call('studies.lock', {
      name: 'Blind',
      baselineRunId: of('baseline'),
      candidateRunId: of('candidate'),
    });
    const { plan } = await opened.call('studies.get', { studyId });
    const told = [
      ...plan.pairs.flatMap(({ baseline, candidate, sourceClip, inputs }) => [
        ...[baseline, candidate].flatMap(({ clipId, mediaId, sha256 }) => [clipId, mediaId, sha256!]),
        sourceClip,
        inputs.promptHash,
      ]),
      ...plan.absent.map(({ shownMediaId }) => shownMediaId),
      'morning_daylight',
      'candidate',
    ];
    // Work of the room may name both runs on the wire; the page names neither.
    const toldByPage = [...told, plan.baseline.runId, plan.candidate.runId];

    await page.goto(opened.room.url);
    await page.goto('about:blank');
    const frames: string[] = [];
    const media: Response[] = [];
    const addresses: string[] = [];
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => void frames.push(String(payload)));
      socket.on('framesent', ({ payload }) => void frames.push(String(payload)));
    });
    page.on('response', (response) => {
      addresses.push(response.url());
      if (response.url().includes('/media/')) media.push(response);
    });
    await page.goto(`${opened.room.origin}/studies/${studyId}/label`);
    for (let answered = 0; answered < 30; answered++) {
      await eventually(page.getByTestId('study-progress')).toContainText(`${answered} of `);
      await page.locator('.study-where[data-frame]').waitFor({ state: 'attached' });
      const [left, right] = await sidesOf(page);
      expect(left).toBe(right);
      const markup = await page.locator('html').evaluate((html) => html.outerHTML);
      for (const secret of toldByPage) expect(markup, `in the page at question ${answered}`).not.toContain(secret);
      await page.keyboard.press('f');
      await page.keyboard.press('k');
    }
    expect(await page.title()).toBe('Blinded labels · Blueprint Control Room');

    expect(frames.length).toBeGreaterThan(30);
    for (const secret of told) {
      expect(
        frames.filter((frame) => frame.includes(secret)),
        `${secret} on the wire`,
      ).toEqual([]);
      expect(addresses.filter((address) => address.includes(secret))).toEqual([]);
    }
    // The two of a pair are asked for one after the other, and their answers differ in nothing but the bytes.
    expect(media.length).toBeGreaterThanOrEqual(6);
    const byPair = new Map<string, Response[]>();
    for (const frame of frames) {
      const answer = JSON.parse(frame) as {
        envelope?: { value?: { item?: { leftMediaId?: string; rightMediaId?: string } | null } };
      };
      const item = answer.envelope?.value?.item;
      if (item?.leftMediaId === undefined || item.rightMediaId === undefined) continue;
      const { leftMediaId, rightMediaId } = item;
      const pair = media.filter((each) => each.url().endsWith(leftMediaId) || each.url().endsWith(rightMediaId));
      byPair.set(`${leftMediaId} ${rightMediaId}`, pair);
    }
    const whole = [...byPair.values()].filter((pair) => pair.length === 2);
    expect(whole.length).toBeGreaterThanOrEqual(3);
    for (const pair of whole) {
      const [first, second] = await Promise.all(
        pair.map(async (response) => {
          const { date: _date, ...headers } = await response.allHeaders();
          return { status: response.status(), headers };
        }),
      );
      expect(first).toEqual(second);
      expect(first!.status).toBe(200);
    }
  },
);
