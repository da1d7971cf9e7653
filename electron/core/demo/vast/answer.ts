/** What goes back: an object as JSON, or text with its own type. `operation`: what took effect, for lost answers. */
export type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly operation?: 'create' | 'start' | 'stop' | 'destroy' | 'label' | 'bid';
};

/** An answer that ends the handling of a request. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

/** The usual shape of an error: `{success: false, error, msg}`. */
export function refuse(status: number, error: string, msg: string): Refusal {
  return new Refusal({ status, body: { success: false, error, msg } });
}

export function ok(more: Readonly<Record<string, unknown>> = {}): Answer {
  return { status: 200, body: { success: true, ...more } };
}

export function noSuchInstance(id: number | string): Refusal {
  return refuse(404, 'no_such_instance', `error 404/3603: no_such_instance Instance ${id} not found.`);
}
