import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readShell } from './shell-words.ts';
import { classifyShutdownCommand, leaseRequestFile, type ShutdownKind } from './shutdown-command.ts';

const put = `curl -sS -X PUT -H "Authorization: Bearer $CONTAINER_API_KEY" -H 'Content-Type: application/json'`;
const api = 'https://console.vast.ai/api/v0/instances/$CONTAINER_ID/';

test.each<[string | null | undefined, ShutdownKind]>([
  [undefined, 'missing'],
  [null, 'missing'],
  ['', 'placeholder'],
  ['   ', 'placeholder'],
  [':', 'placeholder'],
  ['true', 'placeholder'],
  ['/bin/true', 'placeholder'],
  ['false', 'placeholder'],
  ['echo stop', 'placeholder'],
  ['echo "vastai stop instance 32182930"', 'placeholder'],
  ["'echo' auto-shutdown", 'placeholder'],
  ['"echo" stop', 'placeholder'],
  ['/bin/echo poweroff', 'placeholder'],
  ['\\echo stop', 'placeholder'],
  ['ECHO_ME=1 echo stop', 'placeholder'],
  ['sudo -n echo stop', 'placeholder'],
  ['env A=1 echo stop', 'placeholder'],
  ['echo stop >> /var/log/shutdown.log 2>&1', 'placeholder'],
  ['echo stop | tee', 'unknown'],
  ['echo vastai stop instance 1 | sh', 'unknown'],
  ['echo $(vastai stop instance 1)', 'unknown'],
  ['true "`vastai stop instance 1`"', 'unknown'],
  ["echo '$(vastai stop instance 1)'", 'placeholder'],
  ['printf "%s\\n" shutdown', 'placeholder'],
  ['# vastai stop instance 32182930', 'placeholder'],
  ['  #poweroff', 'placeholder'],
  ['true # vastai stop instance 1', 'placeholder'],
  ["sh -c 'echo stop'", 'placeholder'],
  ['bash -lc "echo stop; true"', 'placeholder'],
  ['sh -c "sh -c \'echo stop\'"', 'placeholder'],
  ["sh -c ''", 'placeholder'],
  ['exit 0', 'placeholder'],
  ['exit 0; vastai stop instance 1', 'placeholder'],
  ['sleep 30', 'placeholder'],
  ['sleep infinity; vastai stop instance 1', 'placeholder'],
  ['true || vastai stop instance 1', 'placeholder'],
  ['false && vastai stop instance 1', 'placeholder'],
  ['echo a; echo b && true', 'placeholder'],
  ['logger "budget reached"', 'placeholder'],
  ['reboot', 'placeholder'],
  ['shutdown -r now', 'placeholder'],
  ['shutdown -c', 'placeholder'],
  ['vastai show instance 1', 'placeholder'],
  ['vastai stop instance', 'placeholder'],
  ['vastai destroy instance 32182930', 'placeholder'],
  [`curl ${api}`, 'placeholder'],
  ['poweroff', 'power_off_only'],
  ['sudo poweroff', 'power_off_only'],
  ['/sbin/poweroff -f', 'power_off_only'],
  ['shutdown -h now', 'power_off_only'],
  ['sudo shutdown now', 'power_off_only'],
  ['sync && shutdown -P now', 'power_off_only'],
  ['halt -p', 'power_off_only'],
  ['init 0', 'power_off_only'],
  ['systemctl poweroff', 'power_off_only'],
  ['kill -TERM 1', 'power_off_only'],
  ['echo o > /proc/sysrq-trigger', 'power_off_only'],
  ["bash -c 'sleep 5; poweroff'", 'power_off_only'],
  ['vastai stop instance 32182930', 'real'],
  ['vastai stop instance $CONTAINER_ID', 'real'],
  ['/opt/venv/bin/vastai stop instance 1 --api-key "$KEY"', 'real'],
  ['python3 /opt/vast.py stop instance 1', 'real'],
  ['vastai destroy instance 32182930 -y', 'real'],
  ['nohup vastai stop instance 1 >/dev/null 2>&1 &', 'real'],
  ['timeout 30 vastai stop instance 1', 'real'],
  ['sleep 5 && vastai stop instance 1', 'real'],
  ['echo stopping; vastai stop instance 1', 'real'],
  ['vastai stop instance 1 || poweroff', 'real'],
  ["bash -c 'vastai stop instance 1'", 'real'],
  [`${put} -d '{"state":"stopped"}' ${api}`, 'real'],
  [`${put} --data='{"state": "stopped"}' "${api}"`, 'real'],
  [`wget -qO- --method=PUT --body-data='{"state":"stopped"}' ${api}`, 'real'],
  ['sh /root/.blueprint-lease/lease.sh request budget', 'real'],
  ['sh /root/.blueprint-lease/lease.sh status', 'unknown'],
  ['sh /tmp/lease.sh request budget', 'unknown'],
  [`touch ${leaseRequestFile}`, 'real'],
  [`echo budget > ${leaseRequestFile}`, 'real'],
  [`${put} -d '{"state":"running"}' ${api}`, 'unknown'],
  [`${put} -d @body.json ${api}`, 'unknown'],
  ['curl https://example.com/stop', 'unknown'],
  ['/root/stop.sh', 'unknown'],
  ['bash /root/stop.sh', 'unknown'],
  ['$STOP_CMD', 'unknown'],
  ['python3 -c "import os"', 'unknown'],
  ['if true; then vastai stop instance 1; fi', 'unknown'],
  ['test -f /x && vastai stop instance 1', 'unknown'],
  ['/root/check.sh && vastai stop instance 1', 'unknown'],
  ['eval "$X"', 'unknown'],
  ["vastai stop instance '1", 'unknown'],
  ['echo stop > /tmp/flag', 'unknown'],
  ['runpodctl stop pod 1', 'unknown'],
])('%s is %s', (text, kind) => {
  const reading = classifyShutdownCommand(text);
  expect(reading.kind).toBe(kind);
  expect(reading.because.length).toBeGreaterThan(10);
});

test('the text is taken apart as a shell does it', () => {
  expect(readShell(`a 'b c' "d\\"$e" f\\ g>out 2>>err <in; h && i || j | k # l`)).toEqual([
    {
      words: ['a', 'b c', 'd"$e', 'f g'],
      outputs: ['out', 'err'],
      after: 'always',
      hasSubstitution: false,
      isBackground: false,
    },
    { words: ['h'], outputs: [], after: 'always', hasSubstitution: false, isBackground: false },
    { words: ['i'], outputs: [], after: 'success', hasSubstitution: false, isBackground: false },
    { words: ['j'], outputs: [], after: 'failure', hasSubstitution: false, isBackground: false },
    { words: ['k'], outputs: [], after: 'pipe', hasSubstitution: false, isBackground: false },
  ]);
  expect(readShell('a $(b; c) `d e`f "$(g h)"')).toEqual([
    {
      words: ['a', '$(b; c)', '`d e`f', '$(g h)'],
      outputs: [],
      after: 'always',
      hasSubstitution: true,
      isBackground: false,
    },
  ]);
  for (const broken of ['cat <<EOF', 'a $(b', 'a `b', 'a "b', "a 'b", '(a)', '&& a', 'a &&', 'a;;b', 'a >'])
    expect(readShell(broken)).toBeNull();
});

const shellish = fc
  .array(
    fc.oneof(
      fc.constantFrom("'", '"', '\\', ' ', '\n', ';', '&&', '||', '|', '>', '<', '#', '$(', ')', '`', '!', '{', '}'),
      fc.constantFrom('echo', 'true', 'sh -c ', 'sudo ', 'exec ', 'poweroff', 'vastai stop instance 1'),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 16 },
  )
  .map((pieces) => pieces.join(''));

test('any text gets an answer and a sentence', () => {
  fc.assert(
    fc.property(shellish, (text) => {
      expect(classifyShutdownCommand(text).because.length).toBeGreaterThan(5);
    }),
  );
});

test('whatever is quoted behind an echo, it is a placeholder', () => {
  fc.assert(
    fc.property(shellish, fc.constantFrom('echo', '/bin/echo', 'printf', 'sudo echo', 'sh -c :'), (text, before) => {
      const quoted = `'${text.replaceAll("'", String.raw`'\''`)}'`;
      expect(classifyShutdownCommand(`${before} ${quoted}`).kind).toBe('placeholder');
    }),
  );
});

test('nothing is real that does not name a way to stop a machine', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      if (/vast|api\/v0|blueprint-lease/.test(text)) return;
      expect(classifyShutdownCommand(text).kind).not.toBe('real');
    }),
  );
});
