import { afterAll } from 'vitest';
import { endOfFile } from './at-end-of-file.ts';

// A setup file, because vitest loads it for each test file. Test files of a worker share all other modules, which are
// loaded once, so an afterAll there would run after the first file only.
afterAll(endOfFile);
