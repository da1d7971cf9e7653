import { expect, test } from 'vitest';
import { cleanText, redact } from './redact.ts';

test('secrets are taken out wherever they stand; what is not secret stays', () => {
  const row = {
    id: 1,
    jupyter_token: 'canary',
    extra_env: [['AWS_SECRET', 'canary']],
    onstart: 'export X=canary',
    ssh_key: 'canary',
    instance_api_key: 'canary',
    image_login: '-u me -p canary',
    result_url: 'https://x/canary',
    label: 'mine',
    nested: { api_key: 'canary', list: [{ some_password: 'canary', gpu: 'RTX' }] },
    template: null,
  };
  const clean = redact(row);
  expect(JSON.stringify(clean)).not.toContain('canary');
  expect(clean).toMatchObject({ id: 1, label: 'mine', template: null, nested: { list: [{ gpu: 'RTX' }] } });
  expect(redact({ jupyter_token: null })).toEqual({ jupyter_token: null });
  expect(row.jupyter_token).toBe('canary');
});

test('text of the provider is one short line without markup and without the key', () => {
  const text = cleanText(`<html><body>Bad\n gateway for key-1</body></html>${'x'.repeat(999)}`, 'key-1');
  expect(text).toMatch(/^Bad gateway for \[redacted\] x+…$/);
  expect(text.length).toBeLessThanOrEqual(300);
});
