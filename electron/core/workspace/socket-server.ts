import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import { callFrameSchema } from '#shared/contract/wire.ts';
import type { Caller } from '../ports.ts';
import type { Core } from '../create-core.ts';
import { createLineSocket } from './line-socket.ts';

/** The first line of a client: it must know which workspace it talks to. */
const helloSchema = z.strictObject({ t: z.literal('hello'), workspaceId: z.string() });
const handoverSchema = z.strictObject({ t: z.literal('handover') });
const linkSchema = z.strictObject({ t: z.literal('link') });

export type SocketServer = {
  /** True while a client waits for an answer or stays connected. */
  hasClients(): boolean;
  whenIdle(): Promise<void>;
  /** Takes no more clients and gives the path free; those that are connected stay. Must come before the lock is released. */
  stopListening(): void;
  close(): Promise<void>;
};

export type SocketServerOptions = {
  readonly core: Core;
  readonly path: string;
  readonly workspaceId: string;
  readonly role: 'resident' | 'errand';
  readonly caller: Caller;
  /** A resident asks an errand to give the workspace up; resolves when it is free. Null: never given up. */
  readonly onHandover: (() => Promise<void>) | null;
  /** A fresh link into the browser shell; null where there is none. */
  readonly makeLink: (() => string) | null;
};

/** Serves the contract to other processes of this user: one JSON value a line. */
export async function serveSocket(options: SocketServerOptions): Promise<SocketServer> {
  const sockets = new Set<Socket>();
  const idleWaiters: (() => void)[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    serveClient(socket, options);
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) for (const wake of idleWaiters.splice(0)) wake();
    });
    socket.on('error', () => socket.destroy());
  });
  // The lock is ours, so a socket file that is still there belonged to an engine that died.
  rmSync(options.path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: options.path }, resolve);
  });
  return {
    hasClients: () => sockets.size > 0,
    whenIdle: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve))),
    stopListening: () => void server.close(),
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function serveClient(socket: Socket, options: SocketServerOptions): void {
  let isKnown = false;
  const unsubscribe = options.core.events.subscribe((event) => {
    if (isKnown) line.send({ t: 'event', event });
  });
  socket.on('close', unsubscribe);
  const line = createLineSocket(socket, (value) => void receive(value));

  async function receive(value: unknown): Promise<void> {
    if (!isKnown) {
      const hello = helloSchema.safeParse(value);
      if (!hello.success || hello.data.workspaceId !== options.workspaceId) {
        line.send({ t: 'refused', reason: 'not the workspace served here' });
        socket.end();
        return;
      }
      isKnown = true;
      line.send({ t: 'hello', workspaceId: options.workspaceId, role: options.role, pid: process.pid });
      return;
    }
    if (handoverSchema.safeParse(value).success) {
      if (options.onHandover === null) {
        line.send({ t: 'refused', reason: 'a resident engine stays' });
        return;
      }
      await options.onHandover();
      line.send({ t: 'handed_over' });
      return;
    }
    if (linkSchema.safeParse(value).success) {
      line.send({ t: 'link', url: options.makeLink?.() ?? null });
      return;
    }
    const call = callFrameSchema.safeParse(value);
    if (!call.success) {
      socket.destroy();
      return;
    }
    const envelope = await options.core.dispatcher.dispatch(call.data.method, call.data.input, options.caller);
    line.send({ t: 'answer', id: call.data.id, envelope });
  }
}
