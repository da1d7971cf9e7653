import { contentSecurityPolicy } from '#shared/rules/content-security-policy.ts';
import { expect, test } from '../support/room-fixture.ts';

test.describe('refusals', () => {
  test.use({ expectedConsoleErrors: [/the server responded with a status of 404/] });

  test('content policy: every answer of the scheme carries the one policy, refusals too', async ({ roomPage }) => {
    const answers = await roomPage.evaluate(async () =>
      Promise.all(
        [
          '/',
          '/index.html',
          '/runs',
          '/early-theme.js',
          '/none.js',
          '/media/nope',
          '/media/aaaaaaaaaaaaaaaaaaaaaaaaaa',
        ].map(async (path) => {
          const { headers } = await fetch(path);
          return [path, headers.get('content-security-policy'), headers.get('x-content-type-options')] as const;
        }),
      ),
    );
    for (const [path, policy, sniff] of answers) {
      expect(policy, path).toBe(contentSecurityPolicy);
      expect(sniff, path).toBe('nosniff');
    }
    expect(contentSecurityPolicy).toContain("default-src 'none'");
    expect(contentSecurityPolicy).not.toContain('unsafe');
  });
});

// The violations that this causes are what the fixture watches for: it is not asked to here.
test('content policy: an inline script, an eval and a foreign address are stopped', async ({ openDesktop }) => {
  const { page } = await openDesktop();
  const stopped = await page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => void violations.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = true';
    document.body.append(script);
    // In a turn of its own: what a test evaluates is excused from the policy.
    const evaluated = await new Promise<boolean>((resolve) => {
      setTimeout(() => {
        try {
          // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- this is what has to fail
          resolve(new Function('return true')() as boolean);
        } catch {
          resolve(false);
        }
      }, 0);
    });
    const fetched = await fetch('https://example.com/').then(
      () => true,
      () => false,
    );
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    return { inlineRan: 'inlineRan' in window, evaluated, fetched, violations: violations.toSorted() };
  });
  expect(stopped).toEqual({
    inlineRan: false,
    evaluated: false,
    fetched: false,
    violations: ['connect-src', 'script-src', 'script-src-elem'],
  });
});
