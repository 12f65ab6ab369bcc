import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as errors from '../../domain/errors.ts';

const lambdas = new URL('../../lambdas/', import.meta.url);
const sources = readdirSync(lambdas, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(new URL(file, lambdas), 'utf8'))
  .join('\n');

test.each(Object.entries(errors))('%s has its own name, which the state machines match', (name, Kind) => {
  expect(new Kind('x').name).toBe(name);
});

test.each(Object.keys(errors))('%s is thrown by a function', (name) => {
  expect(sources).toMatch(new RegExp(`(throw [^;]*|=>\\s*)new ${name}\\(`));
});
