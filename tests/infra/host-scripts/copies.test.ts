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

/** Tells what is asked of the disk, in order, and lets it be done. */
const told = `
import os, sys
os.chdir(sys.argv[1])
sys.path.insert(0, sys.argv[2])
def place(of):
    path = os.readlink('/proc/self/fd/%d' % of) if isinstance(of, int) else of
    return os.path.relpath(path)
def tell(name):
    real = getattr(os, name)
    def telling(*places, **options):
        print(name, *map(place, places))
        return real(*places, **options)
    setattr(os, name, telling)
for name in ('fsync', 'rename', 'replace', 'unlink'):
    tell(name)
os.environ.update(SSM_Tree='tree', SSM_State='state', SSM_RollbackId='r-1', SSM_Step='clear')
`;

const asked = (program: string) =>
  execFileSync(python, ['-c', told + program, folder, resolve(import.meta.dirname, '../../../infra/host-scripts')], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n');

test('a copy is on the disk before it has its name, its name and its note before the original goes', () => {
  const does = asked(`
os.makedirs('tree/cache')
open('tree/cache/a.json', 'w').write('some')
from shared.files import move_files
from shared.quarantine import own_quarantine
move_files('tree/cache', own_quarantine())
`);
  const quarantine = 'state/r-1/quarantine/clear';
  expect(does).toEqual([
    `fsync ${quarantine}/kept.jsonl`, // the folders
    `fsync ${quarantine}/names.json.new`,
    `replace ${quarantine}/names.json.new ${quarantine}/names.json`,
    `fsync ${quarantine}`,
    `fsync ${quarantine}/copying`,
    `rename ${quarantine}/copying ${quarantine}/files/a.json`,
    `fsync ${quarantine}/files`,
    `fsync ${quarantine}/kept.jsonl`,
    'unlink tree/cache/a.json',
  ]);
});

test('so is an export of rows before they are noted, and may be deleted', () => {
  const does = asked(`
os.makedirs('state')
from shared.quarantine import export, own_quarantine
export(own_quarantine(), 'rows.jsonl', [b'{}\\n'], database='a', table='b')
`);
  const quarantine = 'state/r-1/quarantine/clear';
  expect(does).toEqual([
    `fsync ${quarantine}/copying`,
    `rename ${quarantine}/copying ${quarantine}/rows.jsonl`,
    `fsync ${quarantine}`,
    'unlink state/exporting',
    `fsync ${quarantine}/kept.jsonl`,
  ]);
});
