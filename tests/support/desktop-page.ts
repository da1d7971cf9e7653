import { expect, type Page } from '@playwright/test';
import type { CallResult, MethodInput, MethodName } from '#shared/contract/index.ts';
import type { DesktopBridge } from '#shared/contract/desktop-bridge.ts';
import { RoomError } from '#shared/errors.ts';
import type { Job } from '#shared/model/job.ts';

/** Calls the room from inside a desktop page, by the bridge, as the page itself does. */
export async function callFromPage<M extends MethodName>(
  page: Page,
  method: M,
  input: MethodInput<M>,
): Promise<CallResult<M>> {
  const envelope = await page.evaluate(
    ([name, value]) => (window as unknown as { room: DesktopBridge }).room.invoke(name, value),
    [method, input] as const,
  );
  if (!envelope.ok) throw RoomError.fromPayload(envelope.error);
  return envelope.value as CallResult<M>;
}

/** Goes to the runs and waits for the three of the demo. */
export async function showRuns(page: Page): Promise<void> {
  await page.goto(new URL('/runs', page.url()).href);
  await expect(page.getByTestId('run-row')).toHaveCount(3);
}

export async function importFolder(page: Page, path: string): Promise<void> {
  const { jobId } = await callFromPage(page, 'runs.import', { path });
  await expect.poll(async () => ((await callFromPage(page, 'jobs.get', { id: jobId })) as Job).state).toBe('succeeded');
}
