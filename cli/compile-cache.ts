import { fileURLToPath } from 'node:url';

// What is compiled once is kept, here and by the processes that are started: half of the time until a command answers.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../node_modules/.cache/rollback', import.meta.url));
