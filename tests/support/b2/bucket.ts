import { mirrorCapabilities, type ApplicationKey, type Capability } from './keys.ts';
import { startB2Server, type B2Server } from './server.ts';

export type TestBucket = {
  readonly server: B2Server;
  readonly name: string;
  readonly key: ApplicationKey;
  /** What points a room at it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names and sizes of what can be seen in it. */
  names(): readonly string[];
  /** Changes one byte at rest; the SHA-1 that the service keeps stays what it was. */
  rot(name: string): void;
};

/** A server with one bucket and a key that can mirror. */
export async function startTestBucket(
  options: { readonly capabilities?: readonly Capability[] } = {},
): Promise<TestBucket> {
  const server = await startB2Server();
  const name = 'blueprint-checkpoints';
  const bucketId = server.store.addBucket(name);
  const key = server.keys.add({ capabilities: options.capabilities ?? mirrorCapabilities });
  return {
    server,
    name,
    key,
    environment: {
      B2_ENDPOINT: server.url,
      B2_BUCKET: name,
      B2_APPLICATION_KEY_ID: key.keyId,
      B2_APPLICATION_KEY: key.key,
    },
    names: () => server.store.listNames(bucketId, '', 1_000_000, '', null).listed.map((entry) => entry.name),
    rot(object) {
      const version = server.store.current(name, object);
      version.bytes = Buffer.from(version.bytes);
      version.bytes[version.bytes.length >> 1]! ^= 1;
    },
  };
}
