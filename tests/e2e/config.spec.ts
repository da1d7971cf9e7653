import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectNoAxeFaults } from '../support/axe.ts';
import { expect, test } from '../support/room-fixture.ts';
import { temporaryFolder } from '../support/test-core.ts';

const config = `schema_version: v1
facilities:
  hall_0001:
    ply_path: /app/data/scan.ply
    video_orientation_fix: rotate180
enrich:
  guidance: 5.5  # was 5
  disable_guardrails: true
  dynamic_variants: false
  vlm_quality_gate_enabled: false
cloud:
  max_cost_usd: 0
  auto_shutdown: false
`;

test('a configuration is opened, mended where it is marked, completed by key, and saved beside what it was', async ({
  openRoom,
}) => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'kitchen.yaml');
  writeFileSync(path, config);
  const { page, origin } = await openRoom({ demo: true });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(`${origin}/config`);
  await expect(page.getByText('Nothing to look at yet.')).toBeVisible();
  await page.keyboard.press('o');
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Its path').fill('/etc/passwd');
  await sheet.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByText(/ends with \.yaml/)).toBeVisible();
  await sheet.getByLabel('Its path').fill(path);
  await sheet.getByRole('button', { name: 'Open', exact: true }).click();
  const area = page.getByTestId('config-text');
  await expect(area).toHaveValue(config);

  const findings = page.getByTestId('config-findings');
  const guidance = findings.locator('[data-rule=guidance]');
  await expect(guidance).toContainText('enrich.guidance');
  await expect(findings.locator('[data-rule=orientation-fix]')).toContainText('incident 11');
  await expectNoAxeFaults(page);
  await guidance.getByRole('button', { name: 'line 7' }).click();
  const selected = (): Promise<string> =>
    area.evaluate((element) => {
      const { value, selectionStart, selectionEnd } = element as HTMLTextAreaElement;
      return value.slice(selectionStart, selectionEnd);
    });
  expect(await selected()).toBe('  guidance: 5.5  # was 5');
  await guidance.getByRole('button', { name: 'Put it in' }).click();
  await expect(guidance).toHaveCount(0);
  await expect(area).toHaveValue(/ {2}guidance: 6 {2}# was 5/);

  await area.focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('rend');
  await expect(page.getByRole('button', { name: 'Tab render' })).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.type('\n  num_fram');
  await page.keyboard.press('Tab');
  await page.keyboard.type('-3');
  await expect(area).toHaveValue(/render:\n {2}num_frames: -3$/);
  await expect(findings.locator('[data-rule=range]')).toContainText('render.num_frames');
  await expect(page.getByText('Not saved', { exact: true })).toBeVisible();

  await page.keyboard.press('Control+s');
  await expect(page.getByText('Not saved', { exact: true })).toBeHidden();
  expect(readFileSync(path, 'utf8')).toContain('guidance: 6');
  expect(readFileSync(`${path}.before-1`, 'utf8')).toBe(config);

  // Somebody else has written it meanwhile: theirs stays.
  writeFileSync(path, '# theirs\n');
  await area.focus();
  await page.keyboard.type('1');
  await page.keyboard.press('Control+s');
  await expect(page.getByText(/was changed since it was read here/)).toBeVisible();
  expect(readFileSync(path, 'utf8')).toBe('# theirs\n');
  await page.getByRole('button', { name: 'Save as…' }).click();
  await sheet.getByLabel('Path on this computer').fill(join(folder.path, 'other.yaml'));
  await sheet.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(() => existsSync(join(folder.path, 'other.yaml'))).toBe(true);
  folder.remove();
});
