import type { SeenRequest } from './control.ts';

const longest = 2000;

type Writable = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] };

/** The requests as they came, without what nobody may read: keys, environment values, registry logins, scripts. */
export type RequestLog = {
  /** @returns what writes the status of its answer. */
  readonly add: (request: Omit<SeenRequest, 'number' | 'status'>) => (status: number) => void;
  readonly list: () => readonly SeenRequest[];
  readonly clear: () => void;
};

export function createRequestLog(): RequestLog {
  let seen: Writable[] = [];
  let number = 0;
  return {
    add: (request) => {
      number += 1;
      const entry: Writable = { ...request, number, status: null };
      seen.push(entry);
      if (seen.length > longest) seen = seen.slice(-longest);
      return (status) => {
        entry.status = status;
      };
    },
    list: () => seen.map((each) => ({ ...each })),
    clear: () => {
      seen = [];
    },
  };
}

const secretNames = /^(?:api_key|ssh_key|image_login|docker_login_(?:user|pass)|jupyter_token|password|secret|value)$/;

/** A body without its secrets. Names of variables and options (`-p 8080:8080`) stay, values go. */
export function redactBody(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(redactBody);
  if (body === null || typeof body !== 'object') return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (value === null) return [name, value];
      if (secretNames.test(name)) return [name, '<redacted>'];
      if (name === 'onstart' && typeof value === 'string') return [name, `<redacted, ${value.length} characters>`];
      if (name === 'env' && typeof value === 'object' && !Array.isArray(value))
        return [
          name,
          Object.fromEntries(
            Object.entries(value).map(([key, each]) => [key, key.startsWith('-') ? (each as unknown) : '<redacted>']),
          ),
        ];
      if (name === 'env') return [name, '<redacted>'];
      return [name, redactBody(value)];
    }),
  );
}
