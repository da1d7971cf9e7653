import { classifyShutdownCommand } from '../shutdown-command.ts';
import { inFileOrder, type Finding } from './finding.ts';
import { findInstallFaults } from './install-lint.ts';
import { functionsOf, readScriptLines, type ScriptLine } from './script-lines.ts';
import { findSecrets, maskSecret } from './secret-rules.ts';

/**
 * What a script must not do on a prepared machine, or to the copies of it (incidents 1, 2, 3, 6, 13, A, B, D).
 * @param name of the file; a `.py` file is looked at for the installs that it starts
 */
export function lintScript(script: string, name: string): Finding[] {
  if (name.endsWith('.py')) return inFileOrder(lintPython(script));
  const lines = readScriptLines(script);
  const functions = functionsOf(lines);
  const exporting = new Set([...functions].filter(([, body]) => body.some(exportsSomething)).map(([each]) => each));
  const hasErrexit = lines.some(({ text }) => /(?:^|[;&\s])set\s+-(?:[a-zA-Z]*e|o\s+errexit)|^#!.*\s-e/.test(text));
  const findings = lines.flatMap(({ line, text }) => [
    ...findInstallFaults(text).map((fault) => ({ line, ...fault })),
    ...lintExports(text, exporting).map((rest) => ({ line, ...rest })),
    ...(hasErrexit ? lintErrexit(text, functions).map((rest) => ({ line, ...rest })) : []),
    ...lintCommands(text).map((rest) => ({ line, ...rest })),
  ]);
  return inFileOrder(findings);
}

type Rest = Omit<Finding, 'line'>;

const exportsSomething = ({ text }: ScriptLine): boolean => /(?:^|[;&{]\s*|\s)export\s+[A-Za-z_]/.test(text);

/** Functions of a script whose names a piece of text calls in the first place of a command. */
function callsOf(text: string, names: Iterable<string>): string | null {
  for (const name of names) {
    const called = new RegExp(`(?:^|[\\s;&|(\`!])${name.replaceAll('-', '\\-')}(?=[\\s;&|)\`]|$)`);
    if (called.test(text)) return name;
  }
  return null;
}

function lintExports(text: string, exporting: ReadonlySet<string>): Rest[] {
  // A subshell of any kind: what is exported in it ends with it.
  const inner = [...text.matchAll(/\$\(([^()]*(?:\([^()]*\)[^()]*)*)\)|`([^`]*)`|(?:^|[;&|]\s*)\(\s*([^()]*)\)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
  const piped = /\|\s*while\b.*\bexport\s/.test(text) ? ['export'] : [];
  const lost = [...inner, ...piped].map((piece) =>
    /(?:^|[;&\s])export(?:\s+[A-Za-z_]|$)/.test(piece) ? 'export' : callsOf(piece, exporting),
  );
  const name = lost.find((it) => it !== null && it !== undefined);
  if (name === undefined || name === null) return [];
  return [
    {
      rule: 'export-in-substitution',
      severity: 'error',
      incident: '6',
      message:
        name === 'export'
          ? 'What is exported inside of a command substitution or subshell is gone when it ends.'
          : `${name} exports variables, and is called inside of a command substitution: they are gone when it ends.`,
      fix: 'Export in the script itself, before the substitution.',
    },
  ];
}

function lintErrexit(text: string, functions: ReadonlyMap<string, unknown>): Rest[] {
  const condition = /(?:^|[;\s])(?:if|elif|while|until)\s+(?:!\s*)?([\w-]+)/.exec(text)?.[1];
  const chained = /(?:^|[;{]|\b(?:then|do|else)\s)\s*(?:!\s*)?([A-Za-z_][\w-]*)\b(?:[^;&|]|\\.)*(?:&&|\|\|)/.exec(
    text,
  )?.[1];
  const negated = /(?:^|[;{]|\b(?:then|do|else)\s)\s*!\s*([A-Za-z_][\w-]*)/.exec(text)?.[1];
  const name = [condition, chained, negated].find((each) => each !== undefined && functions.has(each));
  if (name === undefined) return [];
  return [
    {
      rule: 'errexit-suspended',
      severity: 'error',
      incident: 'A',
      message: `${name} is called as a condition: set -e is off inside of it, and its failures are passed over.`,
      fix: `Call it by itself (${name} …), or let each command in it end with "|| return 1".`,
    },
  ];
}

function lintCommands(text: string): Rest[] {
  const found: Rest[] = [];
  const isWords = /^\s*(?:echo|printf)\b/.test(text);
  if (/StrictHostKeyChecking[= ]+["']?no\b|UserKnownHostsFile[= ]+["']?\/dev\/null/i.test(text))
    found.push({
      rule: 'host-key-off',
      severity: 'error',
      incident: 'host-key',
      message: 'Host-key checking is off: whoever answers at that address is trusted.',
      fix: 'Pin the key: -o StrictHostKeyChecking=yes -o UserKnownHostsFile=FILE (ssh.command prints both).',
    });
  if (!isWords && /(?:^|[\s;&|(`])rsync\b/.test(text) && /\s--(?:delete|del|delete-\w+)(?=\s|$)/.test(text))
    if (!/\s--max-delete[= ]\d/.test(text))
      found.push({
        rule: 'delete-unguarded',
        severity: 'error',
        incident: 'B',
        message: 'rsync --delete without a limit: an empty source empties the copy.',
        fix: 'Leave out --delete, or add --max-delete=N --backup-dir=DIR.',
      });
  if (!isWords && /(?:^|[\s;&|(`"/}])rclone\b[^;&|]*?\s["']?sync\b/.test(text) && !/--max-delete[= ]\d/.test(text))
    found.push({
      rule: 'delete-unguarded',
      severity: 'error',
      incident: 'B',
      message: 'rclone sync deletes in the mirror what is missing at the source.',
      fix: 'Write rclone copy, or add --max-delete N.',
    });
  if (!isWords && /(?:^|[\s;&|(`])vastai\s+(?:stop|destroy)\s/.test(text))
    found.push({
      rule: 'stop-not-read-back',
      severity: 'warning',
      incident: 'D',
      message: 'vastai stop and destroy end with 0 although they stopped nothing.',
      fix: 'Read the state back from the API, or stop the machine from the room (instances.stop).',
    });
  const shutdown = /\bBLUEPRINT_AUTO_SHUTDOWN_CMD=(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(text);
  const command = shutdown === null ? null : (shutdown[1] ?? shutdown[2] ?? shutdown[3] ?? '');
  if (command !== null && classifyShutdownCommand(command).kind === 'placeholder')
    found.push({
      rule: 'shutdown-placeholder',
      severity: 'error',
      incident: '13',
      message: `The shutdown command stops nothing: ${classifyShutdownCommand(command).because}`,
      fix: 'Let the room write one that asks the lease (shutdown.arm).',
    });
  for (const secret of findSecrets(text))
    found.push({
      rule: 'secret',
      severity: 'error',
      incident: '3',
      message: `It holds ${secret.title}: ${maskSecret(secret.value)}.`,
      fix: 'Read it from scripts/runtime_env.local, and give this one back to whoever issued it.',
    });
  return found;
}

/** Installs as Python starts them: a list of words, or a line for a shell. */
function lintPython(script: string): Finding[] {
  return script.split('\n').flatMap((raw, index) => {
    const text = raw.replace(/^\s*#.*/, '');
    const list = /\[([^\]]*["'](?:install|sync|run)["'][^\]]*)\]/.exec(text)?.[1];
    const spoken =
      list === undefined ? /(?:os\.system|run|call|Popen|check_\w+)\(\s*f?["'](.+?)["']/.exec(text)?.[1] : null;
    const line =
      list === undefined
        ? spoken
        : list
            .replace(/sys\.executable/, 'python')
            .replace(/["',]+/g, ' ')
            .replace(/\s+/g, ' ');
    if (line === undefined || line === null) return [];
    return findInstallFaults(line.trim()).map((fault) => ({ line: index + 1, ...fault }));
  });
}
