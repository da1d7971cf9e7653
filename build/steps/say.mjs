/**
 * A set-up that can not go on: what happened, and what to type.
 */
export class SetupFault extends Error {
  /**
   * @param {string} message what happened
   * @param {string} toGoOn the command to type, or what to change
   */
  constructor(message, toGoOn) {
    super(message);
    this.name = 'SetupFault';
    this.toGoOn = toGoOn;
  }
}

/**
 * Set-up talks on stderr only: the standard output belongs to the program that is started.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Says what begins and, at its end, how long it took.
 * @template T
 * @param {string} line
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function saying(line, work) {
  const startedMs = Date.now();
  say(`${line} ...`);
  const value = await work();
  say(`${line}: done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
  return value;
}
