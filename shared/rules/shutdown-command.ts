import { readShell, type ShellCommand } from './shell-words.ts';

/** Where the lease daemon lives on a machine; a request for it is a file of this name in there. */
export const leaseFolder = '/root/.blueprint-lease';
export const leaseRequestFile = `${leaseFolder}/request`;

/** The shutdown command of a machine with a lease: one plain program, so it needs no shell of the pipeline's. */
export const leaseRequestCommand = `sh ${leaseFolder}/lease.sh request budget`;

export type ShutdownKind = 'real' | 'placeholder' | 'power_off_only' | 'unknown' | 'missing';
export type ShutdownReading = { readonly kind: ShutdownKind; readonly because: string };

/**
 * What a `BLUEPRINT_AUTO_SHUTDOWN_CMD` would do to the bill. Source: the pipeline runs it with its output and
 * exit code thrown away, its preflight accepts any text, and a machine once ran on behind an `echo`.
 * `real` asks the provider, or our daemon, to stop the machine. `power_off_only` ends the container from
 * inside; the provider still wants it running and may bill it or start it again. `placeholder` is proved to
 * stop nothing. Everything that can not be seen through, scripts too, is `unknown` and not good enough.
 * @param text the variable's value; null or undefined when it is not set
 */
export function classifyShutdownCommand(text: string | null | undefined): ShutdownReading {
  if (text === null || text === undefined)
    return { kind: 'missing', because: 'No shutdown command is set, so nothing stops the machine.' };
  const { kind, because } = classifyText(text, 0);
  return { kind, because };
}

/** What a command does, and whether the one after `&&` or `||` is reached. */
type Effect = {
  readonly kind: Exclude<ShutdownKind, 'missing'>;
  readonly because: string;
  readonly status: 'success' | 'failure' | 'unknown';
  /** Nothing after it runs. */
  readonly isEnd?: boolean;
};

const harmless = (because: string): Effect => ({ kind: 'placeholder', because, status: 'success' });
const real = (because: string): Effect => ({ kind: 'real', because, status: 'unknown' });
const unknown = (because: string): Effect => ({ kind: 'unknown', because, status: 'unknown' });
const powerOff = (name: string): Effect => ({
  kind: 'power_off_only',
  because: `${name} ends the container from inside. The provider is not asked, so the machine may be billed on or started again.`,
  status: 'unknown',
});

function classifyText(text: string, depth: number): Effect {
  if (depth > 4) return unknown('It is nested too deeply to be seen through.');
  const commands = readShell(text);
  if (commands === null)
    return unknown('It is no plain list of commands: an open quote, brackets, or a document of its own.');
  if (commands.length === 0) return harmless('It is empty or commented out.');
  const structure = commands.find(({ words }) => controlWords.has(words[0] ?? ''));
  if (structure !== undefined)
    return unknown(`It decides with "${structure.words[0]!}" what runs; that can not be told beforehand.`);
  const effects: Effect[] = [];
  let last: Effect['status'] = 'success';
  let isSkipping = false;
  let isDoubtful = false;
  for (const [index, command] of commands.entries()) {
    if (command.after !== 'pipe') {
      isSkipping =
        (command.after === 'success' && last === 'failure') || (command.after === 'failure' && last === 'success');
      isDoubtful = command.after !== 'always' && (isDoubtful || last === 'unknown');
    }
    if (isSkipping) continue;
    const seen: Effect = effectOf(command, depth);
    const effect: Effect = isDoubtful && !effects.some(isReal) ? doubted(seen) : seen;
    effects.push(effect);
    // In a pipe or in the background it leaves only a shell of its own.
    const isAlone = commands[index + 1]?.after !== 'pipe' && command.after !== 'pipe' && !command.isBackground;
    last = command.isBackground ? 'success' : effect.status;
    if (effect.isEnd === true && isAlone && !isDoubtful) break;
  }
  const strongest = (['real', 'power_off_only', 'unknown'] as const)
    .map((kind) => effects.find((effect) => effect.kind === kind))
    .find((effect) => effect !== undefined);
  return { ...(strongest ?? effects[0]!), status: last, isEnd: false };
}

const isReal = (effect: Effect): boolean => effect.kind === 'real';

/** After a command that can not be seen through, a stop is no more than a chance. */
const doubted = (effect: Effect): Effect =>
  isReal(effect) ? unknown('Whether its stop is reached depends on a command that can not be seen through.') : effect;

function effectOf(command: ShellCommand, depth: number): Effect {
  const effect = command.after === 'pipe' ? fed(command, depth) : classifyCommand(command, depth);
  if (effect.kind === 'placeholder' && command.hasSubstitution)
    return unknown('It runs something inside its own words.');
  // A file that can not be written fails the command.
  return command.outputs.some((path) => path !== '/dev/null') ? { ...effect, status: 'unknown' } : effect;
}

const controlWords: ReadonlySet<string> = new Set([
  'if',
  'for',
  'while',
  'until',
  'case',
  'select',
  'function',
  'eval',
  '[[',
  '{',
  '}',
  '!',
]);

/** A shell that is fed its text can do anything with it. */
function fed(command: ShellCommand, depth: number): Effect {
  const name = baseName(command.words[0] ?? '');
  return /^(?:(?:ba|da|z|k)?sh|xargs|python3?|perl|at|batch|ssh|nc)$/.test(name)
    ? unknown(`What ${name} is fed can not be seen through.`)
    : classifyCommand(command, depth);
}

/** Programs that only start another one; the words they take with them are skipped. */
const wrappers: Readonly<Record<string, RegExp>> = {
  sudo: /^-/,
  doas: /^-/,
  nohup: /^-/,
  setsid: /^-/,
  exec: /^-/,
  command: /^-/,
  time: /^-/,
  env: /^-|=/,
  nice: /^-|^\d+$/,
  ionice: /^-|^\d+$/,
  stdbuf: /^-/,
  timeout: /^-|^[\d.]+[smhd]?$/,
};

/** What is only inside a shell: another program does not find it. */
const builtins: ReadonlySet<string> = new Set([
  'exec',
  'exit',
  'return',
  'cd',
  'export',
  'set',
  'unset',
  'wait',
  ':',
  'command',
  'time',
  '.',
  'source',
]);

function classifyCommand(command: ShellCommand, depth: number): Effect {
  const words = [...command.words];
  while (words.length > 0 && /^[A-Za-z_]\w*=/.test(words[0]!)) words.shift();
  const name = baseName(words[0] ?? '');
  const skipped = wrappers[name];
  if (skipped !== undefined) {
    const rest = words.slice(1);
    while (rest.length > 0 && skipped.test(rest[0]!)) rest.shift();
    if (builtins.has(rest[0] ?? ''))
      return unknown(`"${name}" starts programs, and "${rest[0]!}" is a part of the shell.`);
    if (rest.length === 0) return classifyOutputs(command) ?? harmless(`"${name}" alone does nothing.`);
    const inner = classifyCommand({ ...command, words: rest }, depth + 1);
    // Whether the machine has the wrapper is not known, and what leaves it does not leave this shell.
    return { ...inner, status: 'unknown', isEnd: name === 'exec' };
  }
  return classifyOutputs(command) ?? classifyProgram(name, words, depth);
}

/** What it does by writing to a file, whatever program writes; null when that is nothing. */
function classifyOutputs({ outputs }: ShellCommand): Effect | null {
  if (outputs.includes(leaseRequestFile)) return leaseRequest;
  if (outputs.includes('/proc/sysrq-trigger')) return powerOff('The kernel switch');
  const odd = outputs.find((path) => !/^\/dev\/(?:null|stdout|stderr|tty|fd\/\d+)$|\.(?:log|txt|out)$/.test(path));
  return odd === undefined ? null : unknown(`It writes to ${odd}; what that does can not be seen.`);
}

const leaseRequest = real('It asks the lease daemon on the machine, which stops it through the API and reads back.');

function classifyProgram(name: string, words: readonly string[], depth: number): Effect {
  const rest = words.slice(1);
  switch (name) {
    case '':
    case ':':
    case 'true':
      return harmless('It does nothing.');
    case 'false':
      return { ...harmless('It does nothing and fails.'), status: 'failure' };
    case 'echo':
      return harmless('"echo" only writes words. Nothing is stopped.');
    case 'printf':
      return { ...harmless('"printf" only writes words. Nothing is stopped.'), status: 'unknown' };
    case 'sync':
    case 'wait':
      return harmless(`"${name}" stops nothing.`);
    case 'logger':
    case 'wall':
    case 'date':
    case 'cd':
    case 'export':
    case 'set':
    case 'unset':
    case 'mkdir':
      return { ...harmless(`"${name}" stops nothing.`), status: 'unknown' };
    case 'touch':
      return rest.includes(leaseRequestFile) ? leaseRequest : harmless('It only touches a file. Nothing is stopped.');
    case 'sleep': {
      const isForEver = rest.some((word) => /^inf/i.test(word));
      const isTime = rest.length === 1 && /^[\d.]+[smhd]?$/.test(rest[0]!);
      return {
        ...harmless('"sleep" only waits. Nothing is stopped.'),
        status: isTime ? 'success' : 'unknown',
        isEnd: isForEver,
      };
    }
    case 'exit':
    case 'return':
    case 'logout':
      return { ...harmless('It leaves the shell. The machine runs on.'), isEnd: true };
    case 'reboot':
      return harmless('A reboot comes back up. Nothing is stopped.');
    case 'poweroff':
    case 'halt':
    case 'shutdown':
      return powerOffProgram(name, rest);
    case 'init':
    case 'telinit':
      return rest[0] === '0' ? powerOff(name) : unknown(`"${name} ${rest[0] ?? ''}" is not known to stop the machine.`);
    case 'systemctl':
    case 'loginctl':
      return rest.some((word) => word === 'poweroff' || word === 'halt')
        ? powerOff(name)
        : unknown(`"${name}" here is not known to stop the machine.`);
    case 'kill':
      return rest.at(-1) === '1' ? powerOff('Killing the first process') : unknown('What it kills can not be seen.');
    case 'sh':
    case 'bash':
    case 'dash':
    case 'zsh':
    case 'ksh':
      return shell(name, rest, depth);
    case 'lease.sh':
      return lease(words[0]!, rest);
    case 'vastai':
    case 'vast':
    case 'vast.py':
      return vastCommandLine(rest);
    case 'python':
    case 'python3': {
      if (baseName(rest[0] ?? '') === 'vast.py') return vastCommandLine(rest.slice(1));
      return unknown('What this program does can not be seen.');
    }
    case 'curl':
    case 'wget':
      return request(name, rest);
    default:
      return name.startsWith('$')
        ? unknown('Which command it is stands in a variable.')
        : unknown(`What "${name}" does can not be seen.`);
  }
}

function powerOffProgram(name: string, rest: readonly string[]): Effect {
  if (rest.some((word) => word === '--help' || word === '--version')) return harmless('It only prints a text.');
  if (rest.some((word) => word === '--wtmp-only' || (name !== 'shutdown' && /^-w/.test(word))))
    return harmless('It only writes a record. Nothing is stopped.');
  if (name !== 'shutdown') return rest.includes('--reboot') ? harmless('A reboot comes back up.') : powerOff(name);
  if (rest.some((word) => /^-[a-zA-Z]*[ck]/.test(word)))
    return harmless('It cancels, or only warns. Nothing is stopped.');
  if (rest.some((word) => /^-[a-zA-Z]*r/.test(word) || word === '--reboot'))
    return harmless('A reboot comes back up. Nothing is stopped.');
  return powerOff(name);
}

function shell(name: string, rest: readonly string[], depth: number): Effect {
  const at = rest.findIndex((word) => !word.startsWith('-'));
  const script = rest[at];
  const runsText = rest.slice(0, Math.max(0, at)).some((word) => /^-[a-z]*c$/.test(word));
  if (runsText && script !== undefined) return classifyText(script, depth + 1);
  if (script !== undefined && baseName(script) === 'lease.sh') return lease(script, rest.slice(at + 1));
  return unknown(`What "${name}" runs can not be seen.`);
}

const lease = (path: string, rest: readonly string[]): Effect =>
  path === `${leaseFolder}/lease.sh` && rest[0] === 'request'
    ? leaseRequest
    : unknown('It calls a lease script, but asks for no stop that this room knows.');

function vastCommandLine(rest: readonly string[]): Effect {
  const words = rest.filter((word) => !word.startsWith('-'));
  const [verb, noun, id] = words;
  const isOne = noun === 'instance' || noun === 'instances';
  if (rest.includes('--help') || rest.includes('-h')) return harmless('It only prints a text.');
  if (verb === 'show' || verb === 'search') return harmless('It only reads. Nothing is stopped.');
  if (!isOne || (verb !== 'stop' && verb !== 'destroy'))
    return unknown('This command of the provider is not known to stop the machine.');
  if (id === undefined) return harmless('It names no machine, so it stops none.');
  if (verb === 'destroy') {
    return rest.some((word) => word === '-y' || word === '--yes')
      ? real('It destroys the machine and its data through the API.')
      : harmless('Without -y and without a terminal it asks nobody, aborts, and ends as if all were well.');
  }
  return real('It asks the API to stop the machine. It ends with 0 even when it is refused: nobody reads back.');
}

function request(name: string, rest: readonly string[]): Effect {
  const isApi = rest.some((word) => /\/api\/v0\/instances\//.test(word));
  if (!isApi) return unknown('It calls an address that is not known to stop the machine.');
  const method = methodOf(rest);
  if (method === 'DELETE') return real('It destroys the machine and its data through the API.');
  const asks = rest.some((word) => /["']?state["']?\s*[:=]\s*["']?(?:stopped|exited)\b/.test(word));
  if (method === 'PUT' && asks) return real('It asks the API to stop the machine. Nobody reads back.');
  if (method === 'GET' && !asks) return harmless(`This "${name}" only reads. Nothing is stopped.`);
  return unknown('It calls the API, but not in the way that stops a machine.');
}

function methodOf(rest: readonly string[]): string {
  for (const [index, word] of rest.entries()) {
    const joined = /^(?:--request=|--method=|-X)(\w+)$/.exec(word)?.[1];
    if (joined !== undefined) return joined.toUpperCase();
    if (word === '-X' || word === '--request' || word === '--method') return (rest[index + 1] ?? '').toUpperCase();
    // Short options run together: -sX PUT.
    if (/^-[a-zA-Z]+X$/.test(word)) return (rest[index + 1] ?? '').toUpperCase();
  }
  return rest.some((word) => /^(?:-d|--data|--json|--post|--body)/.test(word)) ? 'POST' : 'GET';
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
