import type { Socket } from 'node:net';

/** A whole answer of the largest list fits; a peer that sends more without a line break is cut off. */
const longestLineBytes = 256 * 1024 * 1024;

/** JSON values, one a line, over a socket. */
export function createLineSocket(socket: Socket, onValue: (value: unknown) => void): { send(value: unknown): void } {
  const parts: Buffer[] = [];
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let at = rest.indexOf(0x0a); at !== -1; at = rest.indexOf(0x0a)) {
      const line = Buffer.concat([...parts, rest.subarray(0, at)]).toString('utf8');
      parts.length = 0;
      bytes = 0;
      rest = rest.subarray(at + 1);
      if (line !== '') handle(line);
    }
    if (rest.length > 0) {
      parts.push(rest);
      bytes += rest.length;
      if (bytes > longestLineBytes) socket.destroy();
    }
  });
  function handle(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      socket.destroy();
      return;
    }
    onValue(value);
  }
  return {
    send(value) {
      if (!socket.destroyed) socket.write(`${JSON.stringify(value)}\n`);
    },
  };
}
