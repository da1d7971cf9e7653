import { LineCounter, isMap, isSeq, parseDocument, type Document } from 'yaml';
import type { ConfigDocument } from '#shared/rules/remote/config-document.ts';
import type { LintFinding } from '#shared/rules/remote/finding.ts';

/**
 * A configuration of the pipeline with the lines of its keys, read as its loader (YAML 1.1) reads it: `off` and
 * `no` without quotes are switches. What is no YAML is a list of findings with their lines.
 */
export function readPipelineConfig(text: string): ConfigDocument | { readonly faults: readonly LintFinding[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.1', lineCounter: lines, prettyErrors: false });
  const twice = document.errors.filter((error) => error.code === 'DUPLICATE_KEY');
  // After the first line that is no YAML nothing more can be told.
  const broken = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  if (document.errors.length > 0)
    return {
      faults: [...twice.slice(0, 10), ...(broken === undefined ? [] : [broken])].map((error) => ({
        rule: error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml',
        severity: 'error' as const,
        incident: null,
        key: null,
        line: lines.linePos(error.pos[0]).line || null,
        message:
          error.code === 'DUPLICATE_KEY'
            ? 'This key stands there twice; the loader takes the last one without a word.'
            : `This is no YAML: ${error.message.split('\n')[0]}`,
        fix: error.code === 'DUPLICATE_KEY' ? 'Take one of them out.' : 'Correct the line, or the one before it.',
      })),
    };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return {
      faults: [
        {
          rule: 'yaml',
          severity: 'error',
          incident: null,
          key: null,
          line: 1,
          message: 'Its aliases lead to more than a configuration holds.',
          fix: 'Write the values out.',
        },
      ],
    };
  }
  return {
    value,
    at: (path) => ({ line: lineOf(document, lines, path), key: path.join('.') }),
  };
}

function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOf(document.contents, path.slice(0, length));
    if (offset !== null) return lines.linePos(offset).line || null;
  }
  return null;
}

function offsetOf(root: unknown, path: readonly (string | number)[]): number | null {
  let node = root;
  let offset: number | null = null;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((each) => String(each.key) === String(part));
      if (pair === undefined) return null;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (node === undefined) return null;
      offset = startOf(node);
    } else return null;
  }
  return offset;
}

const startOf = (node: unknown): number | null =>
  node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : null;
