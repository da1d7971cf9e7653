/** One request as the service saw it, and what it answered. */
export type LoggedRequest = {
  /** `b2_list_file_names`, `upload`, `upload_part`, `download_by_name` … */
  readonly operation: string;
  /** Null when the connection was cut before an answer. */
  readonly status: number | null;
  readonly code: string | null;
  readonly name: string | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
};

export type RequestLog = {
  readonly requests: () => readonly LoggedRequest[];
  /** How many requests, of some operations or of all. Each is one transaction of the service. */
  readonly count: (...operations: readonly string[]) => number;
  readonly bytesIn: () => number;
  readonly clear: () => void;
  readonly add: (request: LoggedRequest) => void;
};

export function createRequestLog(): RequestLog {
  let all: LoggedRequest[] = [];
  return {
    requests: () => all,
    count: (...operations) =>
      operations.length === 0 ? all.length : all.filter((each) => operations.includes(each.operation)).length,
    bytesIn: () => all.reduce((sum, each) => sum + each.bytesIn, 0),
    clear: () => {
      all = [];
    },
    add: (request) => all.push(request),
  };
}
