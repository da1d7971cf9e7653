/**
 * A client written by hand from what is documented and observed of the service's own command line: the same
 * requests in the same order, and the same demands on the answers. It shares nothing with the simulator.
 */

/** Rows as a test put them there: the first ones need no question. */
type Rows<Row> = readonly [Row, Row, ...Row[]];

/** A row of an instance, as far as these tests look into it; a machine or a column that is not there is null. */
export type WireRow = {
  readonly id: number;
  readonly intended_status: string;
  readonly actual_status: string | null;
  readonly next_state: string | null;
  readonly ports: { readonly '22/tcp': readonly [{ readonly HostPort: string }] };
  readonly public_ipaddr: string;
  readonly ssh_host: string;
  readonly ssh_port: number;
  readonly image_runtype: string;
  readonly start_date: number;
  readonly min_bid: number;
  readonly gpu_ram: number;
  readonly dph_base: number;
  readonly dph_total: number;
  readonly inet_up_cost: number;
  readonly storage_cost: number;
  readonly storage_total_cost: number;
  readonly disk_space: number;
  readonly instance: { readonly totalHour: number };
  readonly [column: string]: unknown;
};

export type WireOffer = {
  readonly id: number;
  readonly num_gpus: number;
  readonly gpu_ram: number;
  readonly dph_base: number;
  readonly dph_total: number;
  readonly min_bid: number;
  readonly storage_cost: number;
  readonly geolocation: string;
  readonly [column: string]: unknown;
};

type WireCharge = {
  readonly start: number;
  readonly amount: number;
  readonly items: readonly { readonly type: string; readonly amount: number }[];
};

/** A body that is an object. Which of these it has is for the test to know. */
export type WireBody<Instances = Rows<WireRow>> = {
  readonly success: boolean;
  readonly error: string;
  readonly msg: string;
  readonly instances: Instances;
  readonly instances_found: number;
  readonly next_token: string | null;
  readonly offers: Rows<WireOffer>;
  readonly new_contract: number;
  readonly instance_api_key: string;
  readonly result_url: string;
  readonly writeable_path: string;
  readonly results: readonly WireCharge[];
  readonly ssh_keys: string;
  readonly key: { readonly public_key: string };
  readonly [name: string]: unknown;
};

export type Reply = {
  readonly status: number;
  readonly contentType: string | null;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined where it is no JSON. */
  readonly json: WireBody;
};

type Options = {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly key?: string | null;
};

/** Values that are no text are JSON, then percent-encoded. */
function encodeQuery(query: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(query).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
  });
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

export type SheetClient = ReturnType<typeof createSheetClient>;

export function createSheetClient(url: string, apiKey: string | null = 'test-key') {
  /** A body only where the method is no GET, and then always one. */
  async function send(method: string, path: string, options: Options = {}): Promise<Reply> {
    const key = options.key === undefined ? apiKey : options.key;
    const response = await fetch(`${url}${path}${encodeQuery(options.query ?? {})}`, {
      method,
      headers: {
        'user-agent': 'vastai-cli/0.0.0',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(options.body ?? {}) }),
    });
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return {
      status: response.status,
      contentType: response.headers.get('content-type'),
      headers: response.headers,
      text,
      json: json as WireBody,
    };
  }

  async function expectOk(reply: Promise<Reply>): Promise<WireBody> {
    const { status, json, text } = await reply;
    if (status !== 200) throw new Error(`Failed with error ${status}: ${json?.msg ?? text}`);
    return json;
  }

  /** What the command line does with each row; it falls over what it does not expect. */
  function readRow(row: WireRow): WireRow {
    if (typeof row.start_date !== 'number') throw new TypeError('start_date is no number');
    if (!Array.isArray(row.extra_env)) throw new TypeError('extra_env is no list of pairs');
    return { ...row, extra_env: Object.fromEntries(row.extra_env as [string, string][]) };
  }

  async function showInstances(): Promise<Rows<WireRow>> {
    const rows: WireRow[] = [];
    for (let token: string | null = null; ;) {
      const query: Record<string, unknown> = {
        select_filters: {},
        order_by: [{ col: 'id', dir: 'asc' }],
        limit: 25,
        ...(token === null ? {} : { after_token: token }),
      };
      const page = await expectOk(send('GET', '/api/v1/instances/', { query }));
      rows.push(...page.instances.map(readRow));
      token = page.next_token;
      if (token === null) return rows as unknown as Rows<WireRow>;
    }
  }

  const put = (path: string, body: unknown = {}): Promise<Reply> => send('PUT', `/api/v0${path}`, { body });
  return {
    send,
    showInstances,
    showInstance: async (id: number): Promise<WireBody<WireRow>> => {
      const body: unknown = await expectOk(send('GET', `/api/v0/instances/${id}/`, { query: { owner: 'me' } }));
      return body as WireBody<WireRow>;
    },
    start: (id: number) => put(`/instances/${id}/`, { state: 'running' }),
    stop: (id: number) => put(`/instances/${id}/`, { state: 'stopped' }),
    stopMany: (ids: readonly number[]) => put('/instances/', { state: 'stopped', ids }),
    label: (id: number, label: string) => put(`/instances/${id}/`, { label }),
    reboot: (id: number) => put(`/instances/reboot/${id}/`),
    recycle: (id: number) => put(`/instances/recycle/${id}/`),
    changeBid: (id: number, price: number | null = null) =>
      put(`/instances/bid_price/${id}/`, { client_id: 'me', price }),
    destroy: (id: number) => send('DELETE', `/api/v0/instances/${id}/`),
    destroyMany: (ids: readonly number[]) => send('DELETE', '/api/v0/instances/', { body: { instance_ids: ids } }),
    showUser: async () => {
      const { api_key: _, ...user } = await expectOk(send('GET', '/api/v0/users/current', { query: { owner: 'me' } }));
      return user as Record<string, unknown>;
    },
    /** Refuses an answer whose header is not exactly `application/json`. */
    searchOffers: async (filters: Readonly<Record<string, unknown>>): Promise<Rows<WireOffer>> => {
      const body = {
        verified: { eq: true },
        external: { eq: false },
        rentable: { eq: true },
        order: [['score', 'desc']],
        type: 'on-demand',
        allocated_storage: 5,
        ...filters,
      };
      const reply = await send('POST', '/api/v0/bundles/', { body });
      if (reply.contentType !== 'application/json') throw new Error(`the header is ${reply.contentType ?? 'missing'}`);
      if (reply.status !== 200) throw new Error(`Failed with error ${reply.status}: ${reply.json?.msg ?? ''}`);
      return reply.json.offers;
    },
    create: (offerId: number, more: Readonly<Record<string, unknown>> = {}) =>
      put(`/asks/${offerId}/`, {
        client_id: 'me',
        image: 'x',
        env: {},
        price: null,
        disk: 10,
        label: null,
        extra: null,
        onstart: null,
        image_login: null,
        python_utf8: false,
        lang_utf8: false,
        use_jupyter_lab: false,
        jupyter_dir: null,
        force: false,
        cancel_unavail: false,
        template_hash_id: null,
        user: null,
        runtype: 'ssh_direc ssh_proxy',
        ...more,
      }),
    /** Direct where port 22 is published, else the proxy; falls over `ports: null`. */
    sshUrl: async (id: number): Promise<string> => {
      const row = (await showInstances()).find((each) => each.id === id);
      if (row === undefined) throw new Error(`no such instance ${id}`);
      if (row.ports === null) throw new TypeError('ports is null');
      const published = row.ports['22/tcp'];
      if (published !== undefined) return `ssh://root@${row.public_ipaddr.trim()}:${parseInt(published[0].HostPort)}`;
      return `ssh://root@${row.ssh_host}:${row.ssh_port + (row.image_runtype.includes('jupyter') ? 1 : 0)}`;
    },
    requestLogs: (id: number, tail: string) => put(`/instances/request_logs/${id}/`, { tail }),
    execute: (id: number, command: string) => put(`/instances/command/${id}/`, { command }),
    charges: (from: number, to: number) =>
      send('GET', '/api/v0/charges/', {
        query: { select_filters: { day: { gte: from, lte: to } }, latest_first: false, limit: 20, format: 'table' },
      }),
  };
}
