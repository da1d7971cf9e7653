/** Keys of answers whose values are secrets or may hold some, wherever they stand. */
const secretKeys: ReadonlySet<string> = new Set([
  'api_key',
  'instance_api_key',
  'jupyter_token',
  'extra_env',
  'env',
  'onstart',
  'image_login',
  'image_args',
  'args',
  'result_url',
  'ssh_key',
  'ssh_keys',
  'public_key',
  'docker_login_pass',
]);
const secretLike = /(?:token|secret|password|passwd|credential|authorization|private)/i;

const mask = '[redacted]';

/** A copy of an answer without its secrets, for storing and for logs. Absent stays absent, null stays null. */
export function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isSecret = secretKeys.has(key) || secretLike.test(key);
      return [key, isSecret && item !== null ? mask : redact(item)];
    }),
  );
}

/** Text of the provider as it may be shown: without the key, on one line, not longer than a few sentences. */
export function cleanText(text: string, key: string): string {
  const bare = key === '' ? text : text.replaceAll(key, mask);
  const line = bare
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > 300 ? `${line.slice(0, 297)}…` : line;
}
