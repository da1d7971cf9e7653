const fromUtf8 = (name: string): string => Buffer.from(name).toString('latin1');

/** File names that a script trips over, one character a byte: what is above 0x7f is no UTF-8 unless it happens to be. */
export const oddNames: readonly string[] = [
  'with space.txt',
  ' it\'s "quoted" ',
  '   ',
  'line\nbreak',
  '\nends with one\n',
  'tab\tand\\back\\slash',
  'bell\x07 and escape\x1b[31m',
  '-rf',
  '--delete',
  '-',
  '$(touch x); `id` & |',
  '*?[a-z]',
  '~',
  'bytes_\xff\xfe\x80.bin',
  '\xff',
  'latin_\xe9t\xe9.txt',
  'half a letter \xe6\x96',
  fromUtf8('naïve 文.txt'),
  fromUtf8('🦾.json'),
  fromUtf8('e\u0301.txt'),
  fromUtf8('\u00e9.txt'),
  'Case.txt',
  'case.txt',
  '100%41.txt',
  '.hidden',
  'manifest.json',
  'n'.repeat(250),
];

/** Folders of that kind. */
export const oddFolders: readonly string[] = ['-d', 'two  spaces', 'new\nline', '\xfe\xfd', "quote'", 'deep/er/ still'];
