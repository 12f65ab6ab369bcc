import type { HostState } from './data/host-state.ts';
import { type Orders, orders } from './system/controls.ts';
import { emergencyStop } from './system/customer-scripts.ts';

const BY_HAND = '# left by hand\n';
export const byHand = BY_HAND;

type OrderChanges = Partial<Pick<Orders, 'position_breaks' | 'sequence_gaps'>> & { readonly unacknowledged?: number };

/** The faults of the host image's bin/mishap. Each returns a function that ends it. */
export const mishaps: Readonly<Record<string, (host: HostState, more?: string) => () => void>> = {
  'dirty-tree': ({ files }) => {
    files.append('integration.py', BY_HAND);
    files.write('scripts/desk_notes.py', BY_HAND);
    return () => {};
  },
  'lock-database': (host) => {
    host.databaseLocked = true;
    return () => {
      host.databaseLocked = false;
    };
  },
  'disk-full': (host) => {
    host.diskFull = true;
    return () => {};
  },
  'lose-tag': ({ tree }, tag = 'pre-phase1-stable') => {
    if (!tree.tags.delete(tag)) throw new Error(`There is no tag ${tag} to delete.`);
    return () => {};
  },
  'move-tag': ({ tree }, tag) => {
    tree.tags.set(tag ?? 'pre-phase1-stable', tag === undefined ? tree.commitOf('v1.3.1') : tree.head);
    return () => {};
  },
  'move-prepared-tags': ({ tree }) => {
    const own = [...tree.tags.keys()].filter((tag) => tag.startsWith('rollback/'));
    if (own.length === 0) throw new Error('There is no tag of a preparation to move.');
    for (const tag of own) tree.tags.set(tag, tree.commitOf('v1.3.1'));
    return () => {};
  },
  'truncate-backup': ({ kept: { prepared } }) => {
    if (prepared.size === 0) throw new Error('There is no backup to truncate.');
    for (const [folder, copies] of prepared) prepared.set(folder, { ...copies, truncated: true });
    return () => {};
  },
  'disk-nearly-full': (host) => {
    host.diskNearlyFull = true;
    return () => {};
  },
  deploy: ({ tree, name, run }, version = '') => {
    const release = tree.tags.get(version);
    if (!release) throw new Error(`There is no version ${version} to deploy on ${name}.`);
    if (tree.head === release && tree.changed(release, ['.']).length === 0)
      throw new Error(`${name} runs ${version} already.`);
    tree.checkOut(release, ['.'], 'Deployment Pipeline');
    for (const file of ['emergency.json', 'pipeline.json']) run.delete(file);
    return () => {};
  },
  redeploy: (host, version = '') =>
    host.tree.describe() === version ? () => {} : (mishaps['deploy']?.(host, version) ?? (() => {})),
  orders: (host, changes = '{}') => {
    const wanted = JSON.parse(changes) as OrderChanges;
    const { unacknowledged, ...others } = wanted;
    const found = { ...orders(host), ...others };
    if (unacknowledged !== undefined) {
      found.open = Object.fromEntries(Object.entries(found.open).filter(([, state]) => state !== 'sent'));
      for (let i = 0; i < unacknowledged; i++) {
        found.sent += 1;
        found.open[String(found.sent)] = 'sent';
      }
    }
    host.run.set('orders.json', found);
    return () => {};
  },
  'press-stop': (host) => {
    emergencyStop(host);
    return () => {};
  },
};
