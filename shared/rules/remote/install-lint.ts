import type { Finding } from './finding.ts';
import { plainWords } from './script-lines.ts';

export type InstallFault = Omit<Finding, 'line'>;

const installer =
  /(?:^|[\s;&|(`{"'])(?:[\w./$-]*\/)?(?:pip3?|pip[\d.]+|pip_install|(?:[\w./${}"-]*\/)?python[\d.]*\s+-m\s+pip|"?\$\{?\w*(?:PYTHON|PIP)\w*\}?"?(?:\s+-m\s+pip)?|uv\s+pip)(?<verb>\s+install|(?<=pip_install))\s+(?<args>[^;&|`)]*)/gi;

const takesValue: ReadonlySet<string> = new Set([
  '-c',
  '--constraint',
  '-r',
  '--requirement',
  '-i',
  '--index-url',
  '--extra-index-url',
  '-f',
  '--find-links',
  '-t',
  '--target',
  '--prefix',
  '--root',
  '--python',
  '--platform',
  '--abi',
]);

/** Commands that make an environment fit a file, and change whatever does not. */
const reshapers: readonly { readonly pattern: RegExp; readonly incident: string; readonly what: string }[] = [
  { pattern: /(?:^|[\s;&|(`])uv\s+sync\b/, incident: '1', what: 'uv sync makes the environment match its lock file' },
  { pattern: /(?:^|[\s;&|(`])uv\s+run\b/, incident: '2', what: 'uv run syncs the environment before it runs anything' },
  { pattern: /(?:^|[\s;&|(`])uv\s+(?:add|lock)\b/, incident: '1', what: 'uv add and uv lock change what is installed' },
  {
    pattern: /(?:^|[\s;&|(`])(?:conda|mamba|micromamba)\s+(?:install|update|upgrade|env\s+update)\b/,
    incident: '1',
    what: 'conda solves the whole environment anew',
  },
  {
    pattern: /(?:^|[\s;&|(`])(?:poetry|pipenv|pdm)\s+(?:install|update|sync|add)\b/,
    incident: '1',
    what: 'it makes the environment match its lock file',
  },
  {
    pattern: /(?:^|[\s;&|(`])apt(?:-get)?\s+(?:-\S+\s+)*(?:dist-upgrade|full-upgrade|upgrade)\b/,
    incident: '1',
    what: 'apt upgrades drivers and CUDA with everything else',
  },
];

/** Installs on a line that may change what is installed already (incidents 1 and 2). */
export function findInstallFaults(text: string): readonly InstallFault[] {
  if (/^\s*(?:echo|printf|log|info|warn|die)\b/.test(text)) return [];
  const faults: InstallFault[] = [];
  for (const { pattern, incident, what } of reshapers)
    if (pattern.test(text))
      faults.push({
        rule: 'environment-reshaped',
        severity: 'error',
        incident,
        message: `${what}: Torch and its extensions may no longer fit together.`,
        fix:
          incident === '2'
            ? 'Run it in place: python -m …'
            : 'Install what is missing alone: pip install --no-deps NAME==VERSION',
      });
  for (const match of text.matchAll(installer)) {
    const fault = judgeInstall(plainWords(match.groups!['args']!));
    if (fault !== null) faults.push(fault);
  }
  return faults;
}

function judgeInstall(words: readonly string[]): InstallFault | null {
  let hasConstraint = false;
  let hasFile = false;
  const packages: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    hasConstraint ||= /^(?:-c|--constraint)/.test(word);
    hasFile ||= /^(?:-r|--requirement)/.test(word);
    if (takesValue.has(word)) at += 1;
    else if (word === '-e' || word === '--editable') {
      packages.push(words[at + 1] ?? '');
      at += 1;
    } else if (!word.startsWith('-') && !/^\d?[<>]/.test(word)) packages.push(word);
  }
  const isSealed = words.includes('--no-deps') || (hasConstraint && words.includes('--no-build-isolation'));
  const upgrades = words.some((word) =>
    /^(?:-[a-zA-Z]*U[a-zA-Z]*|--upgrade|--force-reinstall|-I|--ignore-installed)$/.test(word),
  );
  const unpinned = packages.filter((name) => !isPinned(name));
  const reasons = [
    ...(upgrades ? ['it upgrades'] : []),
    ...(isSealed || hasConstraint ? [] : ['it takes dependencies along (no --no-deps)']),
    ...(unpinned.length > 0 ? [`no version is pinned for ${unpinned.slice(0, 3).join(', ')}`] : []),
    ...(hasFile && !isSealed ? ['what its file names is not seen here'] : []),
  ];
  if (reasons.length === 0) return null;
  const name = unpinned[0] === undefined || /[/$]/.test(unpinned[0]) ? 'NAME' : unpinned[0].replace(/[<>=~!].*$/, '');
  return {
    rule: 'install-may-upgrade',
    // Without dependencies and upgrades it can change itself alone.
    severity: isSealed && !upgrades ? 'warning' : 'error',
    incident: '1',
    message: `This install may change Torch and what was built for it: ${reasons.join('; ')}.`,
    fix: `pip install --no-deps "${name}==VERSION"`,
  };
}

/** A version, a commit, a file: the same bytes tomorrow. A variable is not looked into. */
const isPinned = (name: string): boolean =>
  /===?[\w.]|@[0-9a-f]{7,40}$|\.whl$/.test(name) || /^(?:\.{1,2}(?:\/|$)|\/|\$)/.test(name);
