import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, Refusal, refuse } from './answer.ts';
import { type RowView, shownSeconds } from './instance-row.ts';
import { admit, type Caller, identify } from './keys.ts';
import type { RateLimits } from './rate-limits.ts';
import { redactBody, type RequestLog } from './request-log.ts';
import { accountRoutes } from './routes/account.ts';
import { createRoutes } from './routes/create.ts';
import { instanceReads } from './routes/instances-read.ts';
import { instanceWrites } from './routes/instances-write.ts';
import { moneyRoutes } from './routes/money.ts';
import { offerRoutes } from './routes/offers.ts';
import { resultRoutes } from './routes/results.ts';
import type { Route } from './routes/route.ts';
import { notFound, refuseMutation, type Sent, spoilAfter, spoilBefore, spoilPaging } from './spoil.ts';
import { advanceWorld } from './world.ts';

const routes: readonly Route[] = [
  ...instanceReads,
  ...instanceWrites,
  ...createRoutes,
  ...offerRoutes,
  ...resultRoutes,
  ...accountRoutes,
  ...moneyRoutes,
];

export type ServerParts = {
  readonly view: RowView;
  readonly apiKey: string;
  /** Null: as fast as one likes. */
  readonly limits: RateLimits | null;
  readonly log: RequestLog;
  /** Where this server is reached; links to logs and results begin with it. */
  readonly url: () => string;
  /** Answers what is below `/__control`. */
  readonly control: (method: string, path: string, body: unknown) => Promise<Answer>;
};

const longestBody = 1 << 20;

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw refuse(413, 'invalid_request', 'error 413/1200: the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The body as it was sent: parsed, or null where it is no JSON. */
function parseBody(text: string): { readonly body: unknown } | null {
  if (text === '') return { body: undefined };
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

function findRoute(method: string, path: string): { readonly route: Route; readonly parts: readonly string[] } | null {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match !== null) return { route, parts: match.slice(1) };
  }
  return null;
}

type Request = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  readonly parsed: { readonly body: unknown } | null;
};

async function answerApi(parts: ServerParts, request: Request): Promise<Sent> {
  const { view } = parts;
  const { faults } = view.world;
  const { method, path, query, caller } = request;
  const found = findRoute(method, path);
  const isObject = path.startsWith('/__objects/');
  const spoilt = isObject ? null : spoilBefore(faults, path);
  if (spoilt !== null) return spoilt;
  if (found === null) throw notFound(method, path);
  const { route } = found;
  if (route.right !== 'open') {
    const ownInstance = route.forOwnKey === true ? Number(found.parts[0]) : null;
    admit(view.world, caller, { right: route.right, ownInstance });
  }
  if (route.pace !== null) parts.limits?.check(route.pace, caller.name);
  if (request.parsed === null) {
    const status = path.includes('/instances/command/') ? 483 : 400;
    throw refuse(status, 'invalid_args', `error ${status}/1201: the body is not JSON`);
  }
  refuseMutation(faults, route);
  spoilPaging(faults, path, query, view.world.machines.size);
  const answer = await route.handle({
    ...view,
    caller,
    parts: found.parts,
    query,
    body: request.parsed.body,
    url: parts.url(),
  });
  return spoilAfter(faults, method, path, answer);
}

function send(response: ServerResponse, sent: Sent, dateSeconds: number): void {
  if (sent.kind === 'cut') {
    response.destroy();
    return;
  }
  // Nobody answers; the caller's own time-out ends it.
  if (sent.kind === 'hang') return;
  const answer = sent.kind === 'answer' ? sent.answer : null;
  const text =
    answer === null
      ? (sent as { readonly text: string }).text
      : answer.contentType === undefined
        ? JSON.stringify(answer.body)
        : String(answer.body);
  response.writeHead(answer?.status ?? 200, {
    'content-type': answer?.contentType ?? 'application/json',
    'content-length': Buffer.byteLength(text),
    date: new Date(dateSeconds * 1000).toUTCString(),
  });
  if (sent.kind === 'torn') response.write(text.slice(0, sent.sentLength), () => response.destroy());
  else response.end(text);
}

/** Pages of a browser have no business here, and neither has a name that only points here. */
function isFromHere(request: IncomingMessage): boolean {
  return (
    request.headers.origin === undefined && /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? '')
  );
}

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world } = parts.view;
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  const path = url.pathname === '/' ? '/' : url.pathname.replace(/\/$/, '');
  const reply = (sent: Sent): void => send(response, sent, shownSeconds(world, world.atMs));
  let written: (status: number) => void = () => undefined;
  try {
    if (!isFromHere(request)) throw refuse(403, 'invalid_request', 'This server answers local programs only.');
    const text = await readText(request);
    const parsed = parseBody(text);
    advanceWorld(world);
    if (path.startsWith('/__control')) {
      reply({ kind: 'answer', answer: await parts.control(method, path, parsed?.body) });
      return;
    }
    const caller = identify(parts.apiKey, request.headers.authorization, url.searchParams.get('api_key'));
    const query = Object.fromEntries([...url.searchParams].filter(([name]) => name !== 'api_key'));
    written = parts.log.add({
      atMs: world.clock.wallMs(),
      method,
      path: url.pathname,
      query,
      body: parsed === null ? '<not JSON>' : redactBody(parsed.body ?? null),
      userAgent: request.headers['user-agent'] ?? null,
      contentType: request.headers['content-type'] ?? null,
      key: caller.name,
      keyInUrl: url.searchParams.has('api_key'),
    });
    const sent = await answerApi(parts, { method, path, query: url.searchParams, caller, parsed });
    if (sent.kind === 'answer') written(sent.answer.status);
    reply(sent);
  } catch (thrown) {
    const answer: Answer =
      thrown instanceof Refusal
        ? thrown.answer
        : { status: 500, body: { success: false, error: 'internal', msg: String(thrown) } };
    written(answer.status);
    if (!response.headersSent) reply({ kind: 'answer', answer });
  }
}

/** The HTTP layer: it reads a request, lets the clock catch up, and writes what the noun's handler says. */
export function createVastServer(parts: ServerParts): Server {
  return createServer((request, response) => void serve(parts, request, response));
}
