import { parentPort } from 'node:worker_threads';
import { serveProcedures } from '../threads/rpc.ts';
import { taskProcedures } from './procedures.ts';

const port = parentPort;
if (port === null) throw new Error('tasks.thread runs in a worker thread only');

serveProcedures(port, taskProcedures);
