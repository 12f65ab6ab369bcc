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
  };
};

/** The versions of the image follow one another, so a version contains every earlier one. */
function contains({ host: { tree } }: Call, tag: string): boolean | null {
  const release = tree.tags.get(tag);
  return release ? tree.position(release) <= tree.position(tree.head) : null;
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
