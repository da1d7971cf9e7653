/** What a property list of an app holds. Dates, data and fractions do not occur in one. */
export type PlistValue = string | number | boolean | readonly PlistValue[] | PlistDict;
export type PlistDict = { readonly [key: string]: PlistValue };

type Tag = { readonly name: string; readonly text: string };

/** Reads an XML property list whose root is a dictionary. */
export function parsePlist(xml: string): PlistDict {
  const body = /<plist[^>]*>([\s\S]*)<\/plist>/.exec(xml)?.[1];
  if (body === undefined) throw new Error('Not an XML property list.');
  const tags = tagsOf(body.replaceAll(/<!--[\s\S]*?-->/g, ''));
  const next = (): Tag => {
    const tag = tags.next();
    if (tag.done === true) throw new Error('The property list ends too early.');
    return tag.value;
  };
  const value = valueOf(next(), next);
  if (typeof value !== 'object' || Array.isArray(value)) throw new Error('The property list is no dictionary.');
  return value as PlistDict;
}

function* tagsOf(body: string): Generator<Tag> {
  const leaf =
    /<(key|string|integer)>([^<]*)<\/\1>|<(string|dict|array|true|false)\s*\/>|<(\/?(?:dict|array))>|<[^>]*>/g;
  for (const [whole, name, text, empty, open] of body.matchAll(leaf)) {
    if (name !== undefined) yield { name, text: unescapeXml(text ?? '') };
    else if (empty === 'dict' || empty === 'array') yield* [tag(empty), tag(`/${empty}`)];
    else if (empty !== undefined) yield tag(empty);
    else if (open !== undefined) yield tag(open);
    else throw new Error(`The property list has ${whole}, which is not read here.`);
  }
}

const tag = (name: string): Tag => ({ name, text: '' });

function valueOf(first: Tag, next: () => Tag): PlistValue {
  switch (first.name) {
    case 'string':
      return first.text;
    case 'integer':
      return Number(first.text);
    case 'true':
      return true;
    case 'false':
      return false;
    case 'array': {
      const items: PlistValue[] = [];
      for (let item = next(); item.name !== '/array'; item = next()) items.push(valueOf(item, next));
      return items;
    }
    case 'dict': {
      const entries: [string, PlistValue][] = [];
      for (let key = next(); key.name !== '/dict'; key = next()) {
        if (key.name !== 'key') throw new Error(`A <${key.name}> stands where a key of the property list is.`);
        entries.push([key.text, valueOf(next(), next)]);
      }
      return Object.fromEntries(entries);
    }
    default:
      throw new Error(`A <${first.name}> stands where a value of the property list is.`);
  }
}

/** Writes a dictionary as an XML property list. */
export function formatPlist(dict: PlistDict): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    ...linesOf(dict, '  '),
    '</plist>',
    '',
  ].join('\n');
}

function linesOf(value: PlistValue, indent: string): readonly string[] {
  if (typeof value === 'string') return [`${indent}<string>${escapeXml(value)}</string>`];
  if (typeof value === 'boolean') return [`${indent}<${value}/>`];
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw new Error(`${value} is no whole number.`);
    return [`${indent}<integer>${value}</integer>`];
  }
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return [`${indent}<array>`, ...value.flatMap((item: PlistValue) => linesOf(item, inner)), `${indent}</array>`];
  }
  const entries = Object.entries(value as PlistDict).flatMap(([key, item]) => [
    `${inner}<key>${escapeXml(key)}</key>`,
    ...linesOf(item, inner),
  ]);
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`];
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const unescapeXml = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
