import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type HubDouble = {
  readonly address: string;
  /** What a repository answers from now on; open unless told. */
  set(repository: string, state: 'open' | 'gated' | 'gone' | 'empty'): void;
  /** Every request for a file: its path, and its range. */
  readonly asked: { readonly path: string; readonly range: string | null }[];
  /** Tokens that reached the store behind the hub: there must be none. */
  readonly leaked: string[];
  close(): Promise<void>;
};

const files: Readonly<Record<string, readonly string[]>> = {
  'nvidia/Cosmos-Transfer2.5-2B': ['README.md', 'general/depth/626e6618-1111-2222-3333-444455556666_ema_bf16.pt'],
  'nvidia/Cosmos-Reason1-7B': ['README.md', 'config.json', 'model-00001-of-00004.safetensors'],
  'nvidia/DreamDojo': ['README.md', '2B_pretrain/iter_000140000/model.pt'],
};

/**
 * A hub as Hugging Face's answers: gated files are listed for everybody, and refused when they are fetched; a
 * file is a redirect to a store elsewhere, which must not see the token.
 */
export async function startHub(token: string): Promise<HubDouble> {
  const states = new Map<string, string>();
  const asked: { path: string; range: string | null }[] = [];
  const leaked: string[] = [];
  const store = createServer((request, response) => {
    if (request.headers.authorization !== undefined) leaked.push(request.headers.authorization);
    if (request.url?.includes('empty') === true) return void response.writeHead(200).end();
    response.writeHead(206, { 'content-length': '1', 'content-range': 'bytes 0-0/13190000000' }).end('x');
  });
  const storeAddress = await listen(store);
  const hub = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub');
    const list = /^\/api\/(?:models\/)?(.+)\/tree\/[^/]+$/.exec(url.pathname);
    if (list !== null) {
      const paths = files[list[1]!] ?? ['README.md', 'tokenizer.pth', 'config.json'];
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(paths.map((path) => ({ type: 'file', path, size: 7 }))));
    }
    const file = /^\/((?:datasets\/)?[^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(url.pathname);
    if (file === null) return void response.writeHead(404).end();
    asked.push({ path: `${file[1]}/${file[2]}`, range: request.headers.range ?? null });
    const state = states.get(file[1]!) ?? 'open';
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end('Invalid token');
    if (state === 'gated')
      return void response.writeHead(403).end('Access is restricted and you are not in the authorized list.');
    if (state === 'gone') return void response.writeHead(404).end();
    response.writeHead(302, { location: `${storeAddress}/blob/${state}` }).end();
  });
  const address = await listen(hub);
  return {
    address,
    set: (repository, state) => void states.set(repository, state),
    asked,
    leaked,
    close: async () => {
      for (const server of [hub, store]) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
