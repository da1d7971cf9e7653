import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 401 | 403; readonly reason: string };

const allowed: Verdict = { ok: true };
const refused = (reason: string): Verdict => ({ ok: false, status: 403, reason });

/**
 * Who may talk to this server. A page on another port of this computer (a tunnelled notebook) is
 * "same-site" and its cookies reach us, so neither SameSite nor the cookie is enough: Host must be
 * exactly ours (no rebinding), and `Sec-Fetch-Site`, which a page can't forge, must say same-origin.
 * Only the page itself may come from the address bar (`none`).
 */
export function checkRequest(
  request: IncomingMessage,
  own: { readonly host: string; readonly isPage: boolean },
): Verdict {
  if (request.headers.host !== own.host) return refused('wrong Host');
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  if (origin !== undefined && origin !== `http://${own.host}`) return refused('wrong Origin');
  if (site === 'same-origin') return allowed;
  if (own.isPage && (site === 'none' || site === undefined)) return allowed;
  return refused(site === undefined ? 'no Sec-Fetch-Site' : `Sec-Fetch-Site ${String(site)}`);
}

/** A WebSocket must name our origin with its port: browsers send it with every handshake. */
export function checkUpgrade(request: IncomingMessage, own: { readonly host: string }): Verdict {
  if (request.headers.host !== own.host) return refused('wrong Host');
  if (request.headers.origin !== `http://${own.host}`) return refused('wrong Origin');
  const site = request.headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' ? allowed : refused(`Sec-Fetch-Site ${String(site)}`);
}

/** Value of one cookie; null when it was not sent. */
export function readCookie(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at !== -1 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/** Compares secrets in a time that does not tell how much of them was right. */
export function isSameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
