import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { python } from './host.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'copies-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Prints each disk operation in order before it is done. A path by way of a descriptor is printed as its own. */
const recorder = `
import os, sys
os.chdir(sys.argv[1])
sys.path.insert(0, sys.argv[2])
def place(of):
    path = os.readlink('/proc/self/fd/%d' % of) if isinstance(of, int) else of
    return os.path.relpath(os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)))
def record(module, name):
    real = getattr(module, name)
    def recording(*places, **options):
        if isinstance(places[0], list):
            print(name, *sorted(map(place, places[0])))
        else:
            print(name, *map(place, places))
        return real(*places, **options)
    setattr(module, name, recording)
for name in ('fsync', 'rename', 'replace', 'unlink'):
    record(os, name)
os.environ.update(SSM_Tree='tree', SSM_State='state', SSM_RollbackId='r-1', SSM_Step='clear')
import shared.copies
record(shared.copies, 'flush_file_systems')
`;

const scripts = resolve(import.meta.dirname, '../../../infra/host-scripts');

/** The folders in which the quarantine is new. */
const newQuarantine = ['state', 'state/r-1', 'state/r-1/quarantine'].map((folder) => `fsync ${folder}`);

/** Runs a program and returns its disk operations in order. */
const diskOperations = (program: string) =>
  execFileSync(python, ['-c', recorder + program, folder, scripts], { encoding: 'utf8' })
    .trim()
    .split('\n');

test('flushes a copy before its rename, and its rename and note before the original is removed', () => {
  const operations = diskOperations(`
os.makedirs('tree/cache')
open('tree/cache/a.json', 'w').write('some')
from shared.files import move_files
from shared.quarantine import own_quarantine
move_files('tree/cache', own_quarantine())
`);
  const quarantine = 'state/r-1/quarantine/clear';
  expect(operations).toEqual([
    ...newQuarantine,
    `fsync ${quarantine}/kept.jsonl`, // the note of the folders
    `fsync ${quarantine}`,
    `fsync ${quarantine}/names.json.new`,
    `replace ${quarantine}/names.json.new ${quarantine}/names.json`,
    `fsync ${quarantine}`,
    `fsync ${quarantine}/copying/0`,
    `rename ${quarantine}/copying/0 ${quarantine}/files/a.json`,
    `fsync ${quarantine}`,
    `fsync ${quarantine}/files`,
    `fsync ${quarantine}/kept.jsonl`,
    'unlink tree/cache/a.json',
  ]);
});

test('flushes many copies at once, before the first rename; all renames and notes before the first original is removed', () => {
  const operations = diskOperations(`
os.makedirs('tree/cache')
for name in 'abcdefghi':
    open('tree/cache/' + name, 'w').write('some')
from shared.files import move_files
from shared.quarantine import own_quarantine
move_files('tree/cache', own_quarantine())
`);
  const kinds = operations.map((operation) => operation.split(' ')[0] ?? '').slice(newQuarantine.length + 5);
  expect(kinds).toEqual([
    'flush_file_systems',
    ...Array(9).fill('rename'),
    ...Array(2).fill('fsync'), // the two folders
    'fsync', // the notes
    ...Array(9).fill('unlink'),
  ]);
  expect(operations.find((operation) => operation.startsWith('flush_file_systems'))).toBe(
    `flush_file_systems ${[...Array(9).keys()].map((at) => `state/r-1/quarantine/clear/copying/${at}`).join(' ')}`,
  );
});

test('flushes an export of rows before its note, after which the rows may be deleted', () => {
  const operations = diskOperations(`
os.makedirs('state')
os.makedirs('tree')
from shared.quarantine import export, own_quarantine
export(own_quarantine(), 'rows.jsonl', [b'{}\\n'], database='a', table='b')
`);
  const quarantine = 'state/r-1/quarantine/clear';
  expect(operations).toEqual([
    ...newQuarantine,
    `fsync ${quarantine}/copying`,
    `rename ${quarantine}/copying ${quarantine}/rows.jsonl`,
    `fsync ${quarantine}`,
    'unlink state/exporting',
    `fsync ${quarantine}/kept.jsonl`,
    `fsync ${quarantine}`,
  ]);
});
