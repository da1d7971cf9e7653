import { checkSecretName, type SecretStore } from './secret-store.ts';

/**
 * Secrets from the environment the room was started with. What is set in the room goes before them,
 * is kept in memory and is gone with the room: `kind` says so from then on.
 */
export function createEnvironmentSecrets(environment: Readonly<Record<string, string | undefined>>): SecretStore {
  const kept = new Map<string, string | null>();

  const read = (name: string): string | null => {
    checkSecretName(name);
    const own = kept.get(name);
    if (own !== undefined) return own;
    const inherited = environment[name];
    return inherited === undefined || inherited === '' ? null : inherited;
  };

  return {
    kind: () => (kept.size === 0 ? 'environment' : 'memory'),
    get: async (name) => read(name),
    has: async (name) => read(name) !== null,
    async set(name, value) {
      checkSecretName(name);
      kept.set(name, value);
    },
    async delete(name) {
      const was = read(name) !== null;
      if (was) kept.set(name, null);
      return was;
    },
  };
}
