import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Keep compiled code on disk, for this process and its child processes: it halves the time until a command prints. A file in
// JavaScript does it before the first file in TypeScript loads, because Node loads its compiler (0.1 s) for the first one
// that is not in the cache. Node 20 has no such cache, but the Node to which it hands over does.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../node_modules/.cache/rollback', import.meta.url));
module.enableCompileCache?.(process.env['NODE_COMPILE_CACHE']);
