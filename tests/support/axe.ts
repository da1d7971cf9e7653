import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export type Scheme = 'dark' | 'light';

/**
 * What axe finds wrong on a page, a line for each rule with the elements that break it. All rules in the dark
 * theme; a theme changes nothing but colours, so the light one is held by their contrast.
 */
export async function axeFaults(page: Page, scheme: Scheme): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (scheme === 'dark' ? axe : axe.withRules(['color-contrast'])).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Fails when axe finds anything on the page in either theme; leaves it dark. */
export async function expectNoAxeFaults(page: Page): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    expect(await axeFaults(page, scheme), scheme).toEqual([]);
  }
}
