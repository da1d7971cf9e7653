import { RoomError } from '#shared/errors.ts';

/** What an answer of the provider says of itself, whatever its shape was. */
export type ApiAnswer = {
  readonly status: number;
  /** The code in `error`; null when there is none. */
  readonly error: string | null;
  /** The words in `msg`, `message` or `detail`, or a plain body; already cleaned. */
  readonly message: string;
};

const goneCodes: ReadonlySet<string> = new Set(['no_such_instance', 'not_found', 'invalid_id']);

const keyHint = 'Set the key of the account again, and look at its permissions on the web console of the provider.';

function detailsOf(answer: ApiAnswer): { readonly httpStatus: number; readonly apiError: string | null } {
  return { httpStatus: answer.status, apiError: answer.error };
}

/**
 * The error table of the API (codes first, words second, the number last). A 404 is read by its
 * `error` code: a revoked key and a missing machine share the number, and only the latter is "gone".
 */
export function explainAnswer(answer: ApiAnswer, what: string): RoomError {
  const { status, error } = answer;
  const said = answer.message === '' ? '' : ` It says: ${answer.message}`;
  const details = detailsOf(answer);
  const words = answer.message.toLowerCase();

  const isAuth =
    status === 401 ||
    error === 'auth_error' ||
    words.includes('invalid user key') ||
    words.includes('session expired') ||
    words.includes('requires login');
  if (isAuth)
    return new RoomError('key_refused', `${what}: the provider does not accept the API key.${said}`, {
      hint: `Nothing can be concluded about the machines. ${keyHint}`,
      details,
    });
  if (status === 429 || error === 'rate_limit_exceeded')
    return new RoomError('rate_limited', `${what}: the provider is asked too often.${said}`, {
      hint: 'Wait a minute. Another program or room may use the same account.',
      details,
    });
  if (error === 'deprecated_endpoint')
    return new RoomError('provider_refused', `${what}: the provider has retired this part of its API.${said}`, {
      hint: 'This says nothing about the machines: they may run and cost money. Look at the web console; update the room.',
      details,
    });
  if (error === 'no_such_ask' || words.includes('no_such_ask'))
    return new RoomError('not_found', `${what}: this offer is gone.${said}`, { hint: 'Search again.', details });
  if (status === 404 && error !== null && goneCodes.has(error))
    return new RoomError('not_found', `${what}: the provider has no such machine in this account.${said}`, { details });
  if (status === 403 || error === 'not_authorized')
    return new RoomError('key_refused', `${what}: the API key lacks the permission for it.${said}`, {
      hint: keyHint,
      details,
    });
  if (status === 404)
    return new RoomError(
      'provider_refused',
      `${what}: the provider answered "not found" without saying what, so nothing is concluded from it.${said}`,
      { hint: 'The machine may still exist and cost money. Look at the web console of the provider.', details },
    );
  if (status >= 500)
    return new RoomError('provider_unreachable', `${what}: the provider has a fault (HTTP ${status}).${said}`, {
      hint: 'Try again in a minute. The machines go on as they are.',
      details,
    });
  return new RoomError('provider_refused', `${what}: the provider refused (HTTP ${status}).${said}`, { details });
}

/** True for the answer "no such machine", and for nothing else that is a 404. */
export function saysGone(thrown: unknown): boolean {
  return thrown instanceof RoomError && thrown.code === 'not_found' && thrown.details?.['httpStatus'] === 404;
}

/** Worth another try by itself: asked too often, a fault of the provider, no connection. Not what was refused. */
export function isTransient(thrown: unknown): boolean {
  if (!(thrown instanceof RoomError)) return false;
  if (thrown.code === 'rate_limited') return true;
  if (thrown.code !== 'provider_unreachable') return false;
  const status = thrown.details?.['httpStatus'];
  return typeof status !== 'number' || status === 502 || status === 503 || status === 504;
}
