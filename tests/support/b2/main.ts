import { mirrorCapabilities } from './keys.ts';
import { startB2Server } from './server.ts';

/** The server by itself, for trying by hand: prints the environment that points the room and rclone at it. */
const server = await startB2Server();
const bucket = 'blueprint-validation-checkpoints';
server.store.addBucket(bucket);
const { keyId, key } = server.keys.add({ capabilities: mirrorCapabilities });
console.log(`export B2_ENDPOINT=${server.url} B2_BUCKET=${bucket}`);
console.log(`export B2_APPLICATION_KEY_ID=${keyId} B2_APPLICATION_KEY=${key}`);
process.once('SIGTERM', () => void server.close());
process.once('SIGINT', () => void server.close());
