import { type Answer, refuse, Refusal } from './answer.ts';
import type { Route } from './routes/route.ts';
import type { FaultBoard, VastFaultName } from './faults.ts';

/** What goes over the wire in the end. `torn`: so much of the text, then the connection is cut. */
export type Sent =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'cut' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'torn'; readonly text: string; readonly sentLength: number };

function gatewayPage(status: number): Answer {
  const names: Readonly<Record<number, string>> = {
    500: 'Internal Server Error',
    502: 'Bad Gateway',
    503: 'Service Temporarily Unavailable',
    504: 'Gateway Time-out',
  };
  const title = `${status} ${names[status] ?? 'Error'}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`;
  return { status, body, contentType: 'text/html' };
}

const stormBodies: Readonly<Record<'text' | 'detail' | 'code', Answer>> = {
  text: { status: 429, body: 'API requests too frequent', contentType: 'text/plain; charset=utf-8' },
  detail: { status: 429, body: { detail: 'API requests too frequent' } },
  code: { status: 429, body: { success: false, error: 'rate_limit_exceeded', msg: 'API requests too frequent' } },
};

/** Faults that answer before anything is looked at; null: go on. */
export function spoilBefore(faults: FaultBoard, path: string): Sent | null {
  const meets = (fault: { readonly path?: string | undefined } | null): boolean =>
    fault !== null && (fault.path === undefined || path.includes(fault.path));
  const used = (name: VastFaultName, sent: Sent): Sent => {
    faults.spend(name);
    return sent;
  };
  if (meets(faults.get('connection_cut'))) return used('connection_cut', { kind: 'cut' });
  if (meets(faults.get('unanswered'))) return used('unanswered', { kind: 'hang' });
  const storm = faults.get('rate_limit_storm');
  if (storm !== null && meets(storm))
    return used('rate_limit_storm', { kind: 'answer', answer: stormBodies[storm.body] });
  const broken = faults.get('server_error');
  if (broken !== null && meets(broken))
    return used('server_error', { kind: 'answer', answer: gatewayPage(broken.status) });
  return null;
}

/** Refuses a change with a success's status. */
export function refuseMutation(faults: FaultBoard, route: Route): void {
  if (route.right !== 'write' || faults.get('refused_mutation') === null) return;
  faults.spend('refused_mutation');
  throw new Refusal({
    status: 200,
    body: { success: false, error: 'invalid_request', msg: 'error 200/3699: the request could not be fulfilled.' },
  });
}

const isList = (path: string): boolean => /^\/api\/v[01]\/instances$/.test(path);

/** Makes two pages where there would be one, and refuses the second. */
export function spoilPaging(faults: FaultBoard, path: string, query: URLSearchParams, total: number): void {
  if (!isList(path) || faults.get('half_page')?.how !== 'second_page_fails') return;
  if ((query.get('after_token') ?? '') !== '') {
    faults.spend('half_page');
    throw new Refusal(gatewayPage(503));
  }
  query.set('limit', String(Math.min(25, Math.max(1, Math.ceil(total / 2)))));
}

/** Faults that spoil an answer after what was asked for has been done. */
export function spoilAfter(faults: FaultBoard, method: string, path: string, answer: Answer): Sent {
  const lost = faults.get('lost_answer');
  if (lost !== null && answer.operation === lost.operation) {
    faults.spend('lost_answer');
    if (lost.how === 'gateway_timeout') return { kind: 'answer', answer: gatewayPage(504) };
    return { kind: lost.how };
  }
  const half = faults.get('half_page');
  if (half === null || half.how === 'second_page_fails' || method !== 'GET' || !isList(path) || answer.status !== 200)
    return { kind: 'answer', answer };
  faults.spend('half_page');
  const text = JSON.stringify(answer.body);
  const middle = Math.floor(text.length / 2);
  switch (half.how) {
    case 'torn_json':
      return { kind: 'answer', answer: { ...answer, body: text.slice(0, middle), contentType: 'application/json' } };
    case 'cut':
      return { kind: 'torn', text, sentLength: middle };
    case 'rows_missing': {
      const body = answer.body as { readonly instances: readonly unknown[] };
      const instances = body.instances.slice(0, Math.floor(body.instances.length / 2));
      return { kind: 'answer', answer: { ...answer, body: { ...body, instances, next_token: null } } };
    }
  }
}

export function notFound(method: string, path: string): Refusal {
  return refuse(404, 'not_found', `error 404/1000: no route for ${method} ${path}`);
}
