import { parentPort } from 'node:worker_threads';
import { serveProcedures } from '../../threads/rpc.ts';
import { transferProcedures } from './transfer-procedures.ts';

const port = parentPort;
if (port === null) throw new Error('transfer.thread runs in a worker thread only');

serveProcedures(port, transferProcedures);
