import { RoomError } from '#shared/errors.ts';
import { nulList, runScript, type BulkConnection } from '../remote/remote.ts';

/**
 * Processes that work in one of the folders: their own folder, an argument or an open file is in it. The shell
 * that asks, and the one it came from, are none.
 */
const script = `
roots=()
while IFS= read -r -d '' root; do roots+=("$root"); done
for p in /proc/[0-9]*; do
  pid=\${p#/proc/}
  if [ "$pid" = "$$" ] || [ "$pid" = "$PPID" ]; then continue; fi
  cmd=
  while IFS= read -r -d '' word; do cmd="$cmd $word"; done 2>/dev/null < "$p/cmdline"
  if [ -z "$cmd" ]; then continue; fi
  cwd=$(find "$p/cwd" -maxdepth 0 -printf '%l' 2>/dev/null)
  for root in "\${roots[@]}"; do
    hit=
    case "$cwd/" in "$root"/*) hit=1;; esac
    case "$cmd " in *" $root "*|*" $root/"*|*"=$root "*|*"=$root/"*) hit=1;; esac
    if [ -z "$hit" ] && [ -n "$(find "$p/fd" -maxdepth 1 -lname "$root/*" -print -quit 2>/dev/null)" ]; then hit=1; fi
    if [ -n "$hit" ]; then printf '%s%s\\0' "$pid" "\${cmd:0:120}"; break; fi
  done
done
printf 'OK\\0'
`;

/** @throws RoomError conflict while a process works in one of the folders, answer_not_understood. */
export async function checkUnused(
  connection: BulkConnection,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = await runScript(connection, script, nulList(folders), signal);
  const tokens = stdout.toString('utf8').split('\0');
  if (tokens.at(-2) !== 'OK') {
    throw new RoomError(
      'answer_not_understood',
      'The machine did not say to the end what works in the folder. Nothing was sent.',
    );
  }
  const users = tokens.slice(0, -2);
  if (users.length === 0) return;
  throw new RoomError(
    'conflict',
    `The folder is in use on the machine: ${users.slice(0, 3).join('; ')}. Nothing was sent.`,
    {
      hint: 'Wait until the pipeline has ended, or stop it, and push again.',
      details: { processes: users.slice(0, 50) },
    },
  );
}
