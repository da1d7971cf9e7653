import { parentPort } from 'node:worker_threads';
import { serveProcedures } from '../../threads/rpc.ts';
import { hashProcedures } from './hash-procedures.ts';

const port = parentPort;
if (port === null) throw new Error('file-hash.thread runs in a worker thread only');

serveProcedures(port, hashProcedures);
