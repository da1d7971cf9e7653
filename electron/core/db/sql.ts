import type Database from 'better-sqlite3';

type Value = string | number | bigint | Buffer | Uint8Array | null;
export type Params = Readonly<Record<string, Value>> | readonly Value[];

/** A connection with its prepared statements kept: the same SQL text is compiled once. */
export class Sql {
  readonly database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.database = database;
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  all<R = Record<string, unknown>>(sql: string, params: Params = []): R[] {
    return this.#prepare(sql).all(params) as R[];
  }

  get<R = Record<string, unknown>>(sql: string, params: Params = []): R | undefined {
    return this.#prepare(sql).get(params) as R | undefined;
  }

  run(sql: string, params: Params = []): { readonly changes: number } {
    return this.#prepare(sql).run(params);
  }

  /** One transaction: all of it or nothing. Nested calls become savepoints. */
  transaction<T>(work: () => T): T {
    return this.database.transaction(work)();
  }

  /** Must be called when the schema behind kept statements changes (attach, detach). */
  forgetStatements(): void {
    this.#statements.clear();
  }
}
