import { refuse } from './answer.ts';

type Scalar = string | number | boolean | null;
/** `null` where the row has no value. */
export type Columns = Readonly<Record<string, Scalar>>;

const operators = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'in', 'notin'] as const;
type Operator = (typeof operators)[number];

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Clients send numbers and booleans as text. */
function likeValue(wanted: Scalar, have: Scalar): Scalar {
  if (typeof wanted !== 'string') return wanted;
  if (typeof have === 'number' && wanted.trim() !== '' && Number.isFinite(Number(wanted))) return Number(wanted);
  if (typeof have === 'boolean' && /^(?:true|false)$/i.test(wanted)) return wanted.toLowerCase() === 'true';
  return wanted;
}

function isSame(have: Scalar, wanted: Scalar): boolean {
  return have === likeValue(wanted, have);
}

function compare(have: Scalar, wanted: Scalar): number | null {
  const like = likeValue(wanted, have);
  if (typeof have === 'number' && typeof like === 'number') return have - like;
  if (typeof have === 'string' && typeof like === 'string') return have < like ? -1 : have > like ? 1 : 0;
  return null;
}

function passes(have: Scalar, operator: Operator, wanted: unknown): boolean {
  if (operator === 'in' || operator === 'notin') {
    if (!Array.isArray(wanted) || !wanted.every(isScalar)) {
      throw refuse(400, 'invalid_args', `error 400/1402: ${operator} takes a list`);
    }
    return wanted.some((each) => isSame(have, each)) === (operator === 'in');
  }
  if (!isScalar(wanted)) throw refuse(400, 'invalid_args', `error 400/1403: ${operator} takes one value`);
  if (operator === 'eq') return isSame(have, wanted);
  if (operator === 'neq') return !isSame(have, wanted);
  const order = compare(have, wanted);
  if (order === null) return false;
  switch (operator) {
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
  }
}

/**
 * Turns `{column: {operator: value}}` into a test. @throws a refusal 400 `invalid_args` for an unknown column
 * or operator.
 */
export function readFilters(filters: unknown, known: ReadonlySet<string>): (columns: Columns) => boolean {
  if (filters === null || typeof filters !== 'object' || Array.isArray(filters)) {
    throw refuse(400, 'invalid_args', 'error 400/1400: filters must be an object');
  }
  const tests: ((columns: Columns) => boolean)[] = [];
  for (const [column, conditions] of Object.entries(filters)) {
    if (!known.has(column)) throw refuse(400, 'invalid_args', `error 400/1404: unknown filter column ${column}`);
    if (conditions === null || typeof conditions !== 'object') {
      throw refuse(400, 'invalid_args', `error 400/1401: ${column} takes {operator: value}`);
    }
    for (const [name, wanted] of Object.entries(conditions)) {
      const operator = operators.find((each) => each === name);
      if (operator === undefined) throw refuse(400, 'invalid_args', `error 400/1405: unknown operator ${name}`);
      tests.push((columns) => passes(columns[column] ?? null, operator, wanted));
    }
  }
  return (columns) => tests.every((each) => each(columns));
}
