/**
 * What a scheduler of the system is given so that machines are copied while the room is closed. Everything in it is
 * an absolute path or a plain setting: keys stay where the room keeps them.
 */
export type AgentCall = {
  /** Distinguishes the workspaces of one account. Reverse domain form. */
  readonly label: string;
  /** The program and its arguments, the program by its absolute path. */
  readonly words: readonly string[];
  /** Variables of the call, `PATH` among them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly intervalMinutes: number;
  /** Where what it says goes. */
  readonly logFile: string;
  /** Lines for people, e.g. which machines it copies. */
  readonly comments: readonly string[];
};

/**
 * Variables that a scheduler may carry. A name that is not here may hold a key: it is left out.
 * `ROOM_SECRETS_FILE` is the path of a file that its owner alone can read, not what is in it.
 */
export const agentVariableNames = [
  'ROOM_HOME',
  'ROOM_SECRETS_FILE',
  'VAST_URL',
  'ROOM_VAST_SPEED',
  'B2_BUCKET',
  'B2_PREFIX',
  'B2_ENDPOINT',
  'LANG',
] as const;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
/** Two dashes end a comment of XML. */
const inComment = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/-{2,}/g, '-');

/** The property list of a launchd agent, as `launchctl bootstrap` takes it (man 5 launchd.plist). */
export function launchAgentFile(call: AgentCall): string {
  const text = (value: string): string => `<string>${escapeXml(value)}</string>`;
  const variables = Object.entries(call.variables).map(
    ([name, value]) => `    <key>${escapeXml(name)}</key>\n    ${text(value)}`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
${call.comments.map((line) => `<!-- ${inComment(line)} -->\n`).join('')}<plist version="1.0">
<dict>
  <key>Label</key>
  ${text(call.label)}
  <key>ProgramArguments</key>
  <array>
${call.words.map((word) => `    ${text(word)}`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join('\n')}
  </dict>
  <key>StartInterval</key>
  <integer>${Math.max(60, Math.round(call.intervalMinutes * 60))}</integer>
  <key>RunAtLoad</key>
  <true/>
  <key>StandardOutPath</key>
  <string>/dev/null</string>
  <key>StandardErrorPath</key>
  ${text(call.logFile)}
</dict>
</plist>
`;
}

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/**
 * One line of a crontab (man 5 crontab). Cron hands everything after an unescaped % to the program's input, so each
 * is escaped. Steps of a minute that do not divide the hour would come unevenly: the next shorter one that does is
 * taken, and a call that comes before its slot does nothing.
 */
export function cronLine(call: AgentCall): string {
  const variables = Object.entries(call.variables).map(([name, value]) => `${name}=${quote(value)}`);
  const command = [...variables, ...call.words.map(quote), '>/dev/null', `2>>${quote(call.logFile)}`].join(' ');
  return `${cronMinutes(call.intervalMinutes)} * * * * ${command.replaceAll('%', String.raw`\%`)}`;
}

function cronMinutes(intervalMinutes: number): string {
  const step = [60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1].find((minutes) => minutes <= intervalMinutes) ?? 1;
  if (step === 60) return '0';
  return step === 1 ? '*' : `*/${step}`;
}

/** Why these words can not be put on one line of a scheduler; null when they can. */
export function unfitForAgent(call: AgentCall): string | null {
  const all = [...call.words, ...Object.values(call.variables), call.logFile];
  const odd = all.find((word) => /\p{Cc}/u.test(word));
  if (odd !== undefined) return 'A path of it has a line break or another control character.';
  const [program = ''] = call.words;
  return program.startsWith('/') ? null : `The program ${program} is not an absolute path.`;
}
