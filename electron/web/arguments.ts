import { RoomError } from '#shared/errors.ts';

export type StartArguments = {
  readonly workspacePath: string | null;
  /** With a workspace of one's choice, that one is made a demo: tests and talks throw it away afterwards. */
  readonly isDemo: boolean;
  /** 0: any free port. */
  readonly port: number;
  readonly opensBrowser: boolean;
};

/** A fixed port, so that copied addresses keep working from one day to the next. */
export const usualPort = 4780;

/** Reads the options of `npm start`. @throws RoomError invalid_input. */
export function parseStartArguments(args: readonly string[]): StartArguments {
  let workspacePath: string | null = null;
  let isDemo = false;
  let port: number = usualPort;
  let opensBrowser = true;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const [flag, inline] = arg.includes('=')
      ? [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]
      : [arg, null];
    const value = (): string => {
      const text = inline ?? args[++i];
      if (text === undefined || text === '') throw usage(`${flag} needs a value.`);
      return text;
    };
    switch (flag) {
      case '--workspace':
        workspacePath = value();
        break;
      case '--port': {
        const text = value();
        port = Number(text);
        if (!Number.isInteger(port) || port < 0 || port > 65_535)
          throw usage(`--port takes a number from 0 to 65535, not ${JSON.stringify(text)}.`);
        break;
      }
      case '--demo':
        isDemo = true;
        break;
      case '--no-open':
        opensBrowser = false;
        break;
      case '--web':
        break;
      default:
        throw usage(`There is no option ${arg}.`);
    }
  }
  return { workspacePath, isDemo, port, opensBrowser };
}

function usage(message: string): RoomError {
  return new RoomError('invalid_input', message, {
    hint: 'npm start -- [--workspace DIR] [--demo] [--port N] [--web] [--no-open]',
  });
}
