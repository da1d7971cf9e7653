/** An answer of the service that is not a success, in its own words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, code: string, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const badRequest = (message: string): Refusal => new Refusal(400, 'bad_request', message);
export const expiredToken = (): Refusal => new Refusal(401, 'expired_auth_token', 'Authorization token has expired');
export const unavailable = (): Refusal => new Refusal(503, 'service_unavailable', 'c001_v0001015_t0042 is too busy', 1);
export const fileNotPresent = (what: string): Refusal =>
  new Refusal(404, 'not_found', `File with such name does not exist: ${what}`);
