import { enableCompileCache } from 'node:module';
import './compile-cache.ts';

enableCompileCache(process.env['NODE_COMPILE_CACHE']);
const { rollback } = await import('./rollback.ts');

process.exitCode = await rollback(process.argv.slice(2));
