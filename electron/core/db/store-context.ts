import type { Sql } from './sql.ts';

/** What a store function works with: a connection and the folder of the workspace. */
export type StoreContext = { readonly sql: Sql; readonly folder: string };
