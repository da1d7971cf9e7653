/** One kind of secret that is recognised by its looks. The whole match, or its group `value`, is the secret. */
type SecretRule = { readonly rule: string; readonly title: string; readonly pattern: RegExp };

const rules: readonly SecretRule[] = [
  { rule: 'hugging-face-token', title: 'a Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{20,}\b/g },
  { rule: 'google-api-key', title: 'a Google API key', pattern: /\bAIza[0-9A-Za-z_-]{30,}/g },
  {
    rule: 'b2-application-key',
    title: 'a Backblaze application key',
    pattern: /\bK00[0-9][0-9A-Za-z+/]{27,}(?![\w+/])/g,
  },
  { rule: 'aws-access-key', title: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  {
    rule: 'github-token',
    title: 'a GitHub token',
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})/g,
  },
  { rule: 'openai-key', title: 'an API key', pattern: /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}/g },
  { rule: 'slack-token', title: 'a Slack token', pattern: /\bxox[abprs]-[0-9A-Za-z-]{10,}/g },
  {
    rule: 'wandb-key',
    title: 'a Weights & Biases key',
    pattern: /\bWANDB_API_KEY\s*[:=]\s*["']?(?<value>[0-9a-f]{40})\b/g,
  },
  { rule: 'private-key', title: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g },
  {
    rule: 'url-password',
    title: 'a password in an address',
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:(?<value>[^\s/@${}<>]{6,})@/g,
  },
  {
    rule: 'assigned-secret',
    title: 'a value given to a name of a secret',
    pattern:
      /(?<![A-Za-z])[\w.-]*(?:token|secret|passw(?:or)?d|credential|api_?key|access_?key|application_?key(?:_?id)?|private_?key)\w*["']?\s*(?:=|:)\s*["']?(?<value>[A-Za-z0-9_+/=.~-]{16,})/gi,
  },
];

export type FoundSecret = {
  readonly rule: string;
  readonly title: string;
  /** 0-based place in the line. */
  readonly column: number;
  readonly value: string;
};

/** What looks like a secret in one line. A value that a person can see to be a stand-in is none. */
export function findSecrets(line: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const { rule, title, pattern } of rules)
    for (const match of line.matchAll(pattern)) {
      const value = match.groups?.['value'] ?? match[0];
      const column = match.index + match[0].indexOf(value);
      const isKnown = found.some((it) => column < it.column + it.value.length && it.column < column + value.length);
      if (isKnown || isStandIn(rule, value)) continue;
      found.push({ rule, title, column, value });
    }
  return found;
}

/** Variables, placeholders, names and paths: what stands where a secret would, and is none. */
function isStandIn(rule: string, value: string): boolean {
  if (/x{5,}|\.{3}|^\$|example|placeholder|change.?me|your.?|dummy|redacted|todo|fake|<|>/i.test(value)) return true;
  if (rule !== 'assigned-secret') return false;
  // A name or a path: read from elsewhere, and no value.
  if (/^[A-Z][A-Z0-9_]+$/.test(value) || /^[a-z_.]+$/i.test(value) || /^\.{0,2}\//.test(value)) return true;
  return entropyOf(value) < 3;
}

/** Shannon entropy of the characters, bits each. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** What may be shown of a secret: which kind it is, and how long. Never enough to guess it. */
export function maskSecret(value: string): string {
  const head = /^(?:hf_|AIza|K00|AKIA|ASIA|gh[pousr]_|github_pat_|sk-|xox[abprs]-|-----BEGIN)/.exec(value)?.[0] ?? '';
  return `${head}… (${value.length} characters)`;
}

/** A text with everything that looks like a secret masked. */
export function maskSecrets(line: string): string {
  let masked = line;
  for (const { value } of findSecrets(line)) masked = masked.replaceAll(value, maskSecret(value));
  return masked;
}

/** Values that are secrets because of the file that they stand in: `NAME=value` lines of an environment file. */
export function secretValuesOf(environmentFile: string): readonly string[] {
  const values: string[] = [];
  for (const line of environmentFile.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line);
    if (match === null) continue;
    const value = match[2]!.trim().replace(/^(["'])(.*)\1$/, '$2');
    const isSecretName = /token|secret|passw|key|credential/i.test(match[1]!);
    if (isSecretName && value.length >= 12 && !isStandIn('named', value)) values.push(value);
  }
  return values;
}
