import { parseArgs } from 'node:util';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';

const usage =
  'npm run -s simulate:vast -- [--port N] [--cli-safe] [--speed N] [--rate-limits on|off] [--fleet demo|empty]';

function fail(message: string, exitCode: 1 | 2): never {
  process.stderr.write(`${message}\n${usage}\n`);
  process.exit(exitCode);
}

/** A number within its bounds, or the end of the program with exit code 2. */
function numberOf(flag: string, text: string, isValid: (value: number) => boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !isValid(value)) fail(`${flag} does not take ${JSON.stringify(text)}.`, 2);
  return value;
}

function oneOf<Choice extends string>(flag: string, text: string, choices: readonly Choice[]): Choice {
  return choices.find((each) => each === text) ?? fail(`${flag} takes ${choices.join(' or ')}.`, 2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '7788' },
        speed: { type: 'string', default: '1' },
        'cli-safe': { type: 'boolean', default: false },
        'rate-limits': { type: 'string' },
        fleet: { type: 'string', default: 'demo' },
      },
    }).values;
  } catch (thrown) {
    return fail(thrown instanceof Error ? thrown.message : String(thrown), 2);
  }
}

const options = readOptions();
const limits = options['rate-limits'];
const port = numberOf('--port', options.port, (value) => Number.isInteger(value) && value >= 0 && value <= 65_535);
try {
  const simulator = await startVastSimulator({
    port,
    mode: options['cli-safe'] ? 'cli-safe' : 'faithful',
    speed: numberOf('--speed', options.speed, (value) => value > 0 && value <= 1e6),
    fleet: oneOf('--fleet', options.fleet, ['demo', 'empty']),
    ...(limits === undefined ? {} : { rateLimits: oneOf('--rate-limits', limits, ['on', 'off']) }),
  });
  process.stdout.write(`Simulated Vast ready: ${simulator.url}\n`);
  const stop = (): void => void simulator.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (thrown) {
  fail(`It could not start: ${thrown instanceof Error ? thrown.message : String(thrown)}`, 1);
}
