import { Exit, sha256 } from '../data/python.ts';
import { type Call, type HostScript, placeOf, planning, quarantineOf, required } from './script-call.ts';
import { differences, movedFrom, readTarget, scopeOf, type Target } from './target.ts';

/** infra/host-scripts/restore-previous-version.py */
export const restorePreviousVersion: HostScript = (call) => {
  const target = readTarget(call);
  const to = required(call, 'SSM_Target');
  const { commit } = target.release;
  if (planning(call) && call.parameters['SSM_Variant'] === 'quick') return { to, commit };
  const frozen = movedFrom(call, target);
  if (frozen)
    throw new Exit(
      `The tag ${to} names ${commit.slice(0, 12)} here, but the rollback restores ${frozen.slice(0, 12)}; nothing was touched. Fetch the right tag`,
    );
  if (planning(call)) return planReport(call, target);
  const { tree, files } = call.host;
  const quarantine = quarantineOf(call);
  if (isElsewhere(call, target)) {
    quarantine.tree ??= tree.describe();
    keepChanges(call, target);
    tree.checkOut(target.release, target.paths);
    for (const [source, copy] of target.copies) files.write(copy, target.release.files.get(source) ?? '');
    const left = differences(call, target);
    if (left.length > 0)
      throw new Exit(
        `Files that still differ from the target: ${left.length}, first ${left[0]}; compare them with the tag by hand`,
      );
  }
  return {
    from: quarantine.tree ?? tree.describe(),
    to,
    commit,
    quarantined: quarantine.copies.length,
    lost: false,
    ...(quarantine.tree === undefined ? {} : placeOf(call)),
  };
};

const isElsewhere = (call: Call, target: Target): boolean =>
  differences(call, target).length > 0 || (target.paths[0] === '.' && call.host.tree.head !== target.release);

/** Copies every file of the target's paths of which git would keep no copy. */
function keepChanges(call: Call, target: Target): void {
  const quarantine = quarantineOf(call);
  for (const from of discarded(call, target, !quarantine.changesKept)) {
    const bytes = call.host.files.bytes(from);
    const copy = { from, bytes, sha256: sha256(bytes) };
    if (call.host.files.has(from) && !quarantine.copies.some((one) => one.from === from && one.sha256 === copy.sha256))
      quarantine.copies.push(copy);
  }
  quarantine.changesKept = true;
}

function discarded({ host: { tree } }: Call, target: Target, untouched: boolean): string[] {
  const paths = scopeOf(target);
  const modified = tree.changed(tree.head, paths);
  const different = tree.changed(target.release, paths);
  const kept = untouched ? modified : modified.filter((path) => different.includes(path));
  return [...new Set([...kept, ...tree.untracked(paths)])].toSorted();
}

function planReport(call: Call, target: Target) {
  const { tree, files } = call.host;
  const names = isElsewhere(call, target) ? discarded(call, target, true).filter((name) => files.has(name)) : [];
  const bytes = names.reduce((sum, name) => sum + files.bytes(name).length, 0);
  return {
    from: tree.describe(),
    to: required(call, 'SSM_Target'),
    commit: target.release.commit,
    would_change: differences(call, target).length,
    would_take: { files: { count: names.length, bytes } },
  };
}
