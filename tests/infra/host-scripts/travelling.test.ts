import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostDocuments, sharedModules } from '../../../config/host-document.ts';
import { readRunbooks } from '../../../config/infra.ts';

const folder = resolve(import.meta.dirname, '../../../infra/host-scripts');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.py'));
const scripts = files.filter((name) => !name.startsWith('shared/') && name !== 'wrapper.py');

describe.each(files)('%s', (file) => {
  const text = read(file);

  test('has no double braces, because SSM would read them as a parameter', () => expect(text).not.toContain('{{'));

  test('is pure ASCII, because no byte may depend on the encoding of a host', () => {
    expect(text.match(/[^\t\n\x20-\x7e]/g)).toBeNull();
  });

  test('uses no clock, no sleep, no random number and no process id', () => {
    expect(text).not.toMatch(/\bimport (time|random|uuid)\b|\bnow\(|\bsleep\(|getpid|urandom|'now'/);
  });
});

test('every shared module travels with a script', () => {
  const travelling = new Set(scripts.flatMap((script) => sharedModules(script, read)));
  expect(files.filter((name) => name.startsWith('shared/')).toSorted()).toEqual([...travelling].toSorted());
});

describe.each(hostDocuments(readRunbooks(), read))('the document $id', ({ content }) => {
  test('fits the 64 KB of SSM', () => {
    expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThan(60 * 1024);
  });

  test('is pure ASCII', () => expect(JSON.stringify(content).match(/[^\x20-\x7e]/g)).toBeNull());
});
