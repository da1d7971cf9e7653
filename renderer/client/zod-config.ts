import { z } from 'zod';

// Imported before any schema is made: zod otherwise compiles its parsers with `new Function`,
// which the page's policy forbids.
z.config({ jitless: true });
