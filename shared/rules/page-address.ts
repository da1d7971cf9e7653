/** Every place this runs in has it, and this room has neither the types of a page nor those of Node. */
declare const URL: new (url: string) => {
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
  readonly pathname: string;
  readonly username: string;
  readonly password: string;
};

/** The desktop page's scheme and host: its origin is `app://room`. */
export const appScheme = 'app';
export const appHost = 'room';
export const appOrigin = `${appScheme}://${appHost}`;

/** Longer than any address of the room, short enough to refuse without thinking. */
const longestUrl = 4_096;

/** Kinds of file that the built page is made of, by their ending. */
export const pageFileTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export type PageAddress =
  | { readonly kind: 'page' }
  /** A built file; `path` is relative, with `/` between its parts, none of them `.`, `..` or empty. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'media'; readonly mediaId: string }
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 404; readonly why: string };

const refuse = (status: 400 | 403 | 404, why: string): PageAddress => ({ kind: 'refused', status, why });

/**
 * What an address of the desktop page stands for. Everything that could be read in two ways is
 * refused before anything is decoded: encoded dots, slashes and NUL, backslashes, empty parts.
 * Addresses without an ending are the page: the page itself knows its screens.
 */
export function readPageAddress(url: string): PageAddress {
  if (url.length > longestUrl) return refuse(400, 'too long');
  if (url.includes('\\') || url.includes('\0')) return refuse(400, 'a backslash or NUL');
  // Parsing takes dots away, encoded ones too: what was asked for is looked at as it was sent.
  const sent = readPagePath(url.replace(/[?#].*$/s, '').replace(/^[a-z]+:\/\/[^/]*/i, ''));
  if (sent.kind === 'refused') return sent;
  let parsed: InstanceType<typeof URL>;
  try {
    parsed = new URL(url);
  } catch {
    return refuse(400, 'not an address');
  }
  if (parsed.protocol !== `${appScheme}:` || parsed.host !== appHost) return refuse(403, 'another host');
  if (parsed.username !== '' || parsed.password !== '') return refuse(400, 'a name in the address');
  return readPagePath(parsed.pathname);
}

/** The same for the path alone, as it was sent (not decoded). */
export function readPagePath(pathname: string): PageAddress {
  if (/%(?:2e|2f|5c|00|25)/i.test(pathname))
    return refuse(400, 'an encoded dot, slash, backslash, percent sign or NUL');
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return refuse(400, 'not an encoding');
  }
  if (path.includes('\\') || path.includes('\0')) return refuse(400, 'a backslash or NUL');
  if (path === '' || path === '/') return { kind: 'page' };
  const parts = path.slice(1).split('/');
  if (parts.some((part) => part === '..' || part === '.')) return refuse(400, 'a dot for a part');
  if (parts.slice(0, -1).includes('')) return refuse(400, 'an empty part');
  const [first = '', second = ''] = parts;
  if (first === 'media') {
    const isId = parts.length === 2 && /^[a-z2-7]{26}$/.test(second);
    return isId ? { kind: 'media', mediaId: second } : refuse(404, 'not a media id');
  }
  const ending = /\.[a-z0-9]{2,5}$/i.exec(path)?.[0].toLowerCase();
  if (ending === undefined) return first === 'assets' ? refuse(404, 'no such file') : { kind: 'page' };
  return pageFileTypes[ending] === undefined
    ? refuse(404, 'not a kind of file of the page')
    : { kind: 'file', path: parts.join('/') };
}

/** Is this an address of our own page? For navigation and for who may call: the origin has to be exactly ours. */
export function isPageUrl(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    return protocol === `${appScheme}:` && host === appHost && username === '' && password === '';
  } catch {
    return false;
  }
}

/** May this address be handed to the system's browser? https only, to a named host, with no credentials in it. */
export function isSafeExternalUrl(url: string): boolean {
  if (url.length > longestUrl) return false;
  // Control characters are dropped by the parser: what is checked would not be what is opened.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\\]/.test(url) || !/^https:\/\/[^/]/i.test(url)) return false;
  try {
    const parsed = new URL(url);
    return (
      parsed.protocol === 'https:' && parsed.hostname.includes('.') && parsed.username === '' && parsed.password === ''
    );
  } catch {
    return false;
  }
}
