import { RoomError } from '#shared/errors.ts';

export type SecretKind = 'keychain' | 'file' | 'environment' | 'memory';

/**
 * Named secrets of this computer, kept by the shell. The page can set one and ask whether it is
 * there; nothing that goes to a page or a log ever holds a value.
 */
export type SecretStore = {
  /** Where values are kept at this moment. A keychain that turns out to be closed becomes `memory`. */
  readonly kind: () => SecretKind;
  /** The value; null when there is none under this name. */
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  has(name: string): Promise<boolean>;
  /** True when there was one. */
  delete(name: string): Promise<boolean>;
};

const namePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;

/** @throws RoomError invalid_input for a name that no store takes. */
export function checkSecretName(name: string): void {
  if (!namePattern.test(name)) {
    throw new RoomError(
      'invalid_input',
      'A secret is named with letters, digits, dot, dash and underscore, 100 at most.',
      {
        hint: 'Nothing was stored.',
      },
    );
  }
}
