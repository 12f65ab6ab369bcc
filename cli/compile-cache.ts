import { fileURLToPath } from 'node:url';

// Keep compiled code on disk, for this process and its child processes: it halves the time until a command prints.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../node_modules/.cache/rollback', import.meta.url));
