import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

// The simulator is no second implementation: its account loads the same modules as the full account, except for the
// parts that are named here.

const root = join(import.meta.dirname, '../..');
const account = 'packages/embedded-aws/src';

/** Returns the modules of the embedded account that a module loads, itself included. Imports of types load nothing. */
function loadedBy(entry: string, loaded = new Set<string>()): Set<string> {
  const path = join(root, entry);
  if (loaded.has(entry)) return loaded;
  loaded.add(entry);
  const text = readFileSync(path, 'utf8');
  for (const [, names = '', from = ''] of text.matchAll(/^(?:import|export) ([^;]*?)from '([^']+)';/gm)) {
    if (names.startsWith('type ') || isOnlyTypes(names)) continue;
    const to = from.startsWith('.') ? join(dirname(path), from) : packageFile(from);
    if (to) loadedBy(relative(root, to), loaded);
  }
  return loaded;
}

/** Returns whether all names within braces are types. */
const isOnlyTypes = (names: string) =>
  /^\{.*\}\s*$/s.test(names) &&
  names
    .replaceAll(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .every((name) => name.startsWith('type '));

const packageFile = (name: string) =>
  name.startsWith('embedded-aws') ? fileURLToPath(import.meta.resolve(name)) : undefined;

const modulesOf = (entry: string) =>
  new Set([...loadedBy(entry)].filter((file) => file.startsWith(account)).map((file) => relative(account, file)));

const full = modulesOf(`${account}/account.ts`);
const simulated = modulesOf('simulator/simulated-account.ts');

test('the simulator’s account lacks the expensive parts of the full account, and nothing else', () => {
  expect([...full.difference(simulated)].toSorted()).toEqual([
    'account.ts',
    'appconfig/written-files.ts',
    'hosts/host-faults.ts',
    'hosts/host-process.ts',
    'hosts/hosts.ts',
    'hosts/real-computers.ts',
    'lambda/computation.ts',
    'lambda/worker-code.ts',
    'lambda/worker-runtime.ts',
    'real-parts.ts',
    'ssm/kept-scripts.ts',
    'ssm/script-starter.ts',
    'ssm/toolbox.ts',
    'wire/endpoint.ts',
    'wire/web-page.ts',
  ]);
});

test('the simulator’s account has its own cheap parts, and nothing else of its own', () => {
  expect([...simulated.difference(full)].toSorted()).toEqual([
    'dynamodb/check-forms.ts',
    'dynamodb/item-store.ts',
    'dynamodb/map-actions.ts',
    'dynamodb/map-engine.ts',
    'dynamodb/remembered-checks.ts',
    'dynamodb/sound-values.ts',
    'in-process/client-settings.ts',
    'in-process/direct-client.ts',
    'in-process/documents.ts',
    'in-process/frozen.ts',
    'in-process/in-process.ts',
    'in-process/runtime.ts',
    'in-process/way.ts',
    'lambda/function-error.ts', // the full account loads it in its threads
  ]);
});

test('the simulator’s account can start no process and no thread, and open no socket', () => {
  const outside = /^import (?!type )[^;]*from 'node:(child_process|worker_threads|net|http|cluster|dgram)'/m;
  expect([...simulated].filter((file) => outside.test(readFileSync(join(root, account, file), 'utf8')))).toEqual([]);
});

test('most modules are the same', () => {
  expect(full.intersection(simulated).size).toBeGreaterThan(250);
});
