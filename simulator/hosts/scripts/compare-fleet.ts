import { createHash } from 'node:crypto';
import { Exit } from '../data/python.ts';
import { within } from '../data/tree.ts';
import { effectiveFlags, wantedFlags } from './flags.ts';
import { type Call, type HostScript, planning, words } from './script-call.ts';

/** infra/host-scripts/compare-fleet.py. The model's trading system writes no build. */
export const compareFleet: HostScript = (call) => {
  if (!planning(call)) throw new Exit('This script only looks; start it with Mode plan. Nothing was done');
  const { tree } = call.host;
  const own = words(call, 'SSM_Own');
  const different = tree.changed(tree.head, ['.']).filter((path) => !within(path, own));
  const flags = wantedFlags(call).size > 0 ? effectiveFlags(call) : {};
  return {
    commit: tree.head.commit,
    version: tree.describe(),
    has: words(call, 'SSM_Versions').map((tag) => contains(call, tag)),
    changed: different.length,
    content: contentOf(call, different),
    files: different.slice(0, 3),
    flags: Object.fromEntries(Object.entries(flags).map(([name, { effective }]) => [name, effective])),
    build: null,
    process: null,
    held: null,
    back: words(call, 'SSM_Undone').map((word) => isBack(call, word)),
    moved_by: words(call, 'SSM_Undone').length > 0 ? tree.movedBy : null,
  };
};

/** The versions of the image follow one another, so a version contains every earlier one. */
function contains({ host: { tree } }: Call, tag: string): boolean | null {
  const release = tree.tags.get(tag);
  return release ? tree.position(release) <= tree.position(tree.head) : null;
}

/** Returns whether a version is on the host that a rollback took back. */
function isBack(call: Call, word: string): boolean | null {
  const [tag = '', ...paths] = word.split(':');
  if (paths.length === 0) return contains(call, tag);
  const { tree } = call.host;
  const release = tree.tags.get(tag);
  return release ? tree.changed(release, paths).length === 0 : null;
}

function contentOf({ host: { files } }: Call, different: readonly string[]): string {
  if (different.length === 0) return '';
  const whole = createHash('sha256');
  for (const path of different) {
    const digest = files.has(path) ? createHash('sha256').update(files.bytes(path)).digest('hex') : 'FileNotFoundError';
    whole.update(`${path}=${digest};`);
  }
  return whole.digest('hex').slice(0, 16);
}
