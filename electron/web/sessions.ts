import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isSameSecret, readCookie } from './guard.ts';

export type Sessions = {
  /** A token that opens the room once. */
  newToken(): string;
  /** Trades a token for a session's `Set-Cookie`; null when it is unknown or was used. */
  redeem(token: string): string | null;
  isKnown(request: IncomingMessage): boolean;
};

const tokensKept = 20;

/** One-time tokens and the sessions they became; all of it in memory, gone with the server. */
export function createSessions(port: number): Sessions {
  // Cookies know no ports: the name keeps two rooms on one computer apart.
  const cookieName = `room_${port}`;
  const tokens: string[] = [];
  const sessions: string[] = [];
  const secret = (): string => randomBytes(32).toString('base64url');
  return {
    newToken() {
      const token = secret();
      tokens.push(token);
      if (tokens.length > tokensKept) tokens.shift();
      return token;
    },
    redeem(token) {
      const at = tokens.findIndex((it) => isSameSecret(it, token));
      if (at === -1) return null;
      tokens.splice(at, 1);
      const session = secret();
      sessions.push(session);
      return `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    isKnown(request) {
      const cookie = readCookie(request, cookieName);
      return cookie !== null && sessions.some((it) => isSameSecret(it, cookie));
    },
  };
}
