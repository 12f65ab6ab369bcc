import type { HostState } from './data/host-state.ts';
import { emergencyStop } from './system/customer-scripts.ts';

const BY_HAND = '# left by hand\n';
export const byHand = BY_HAND;

/** The faults of the host image's bin/mishap. Each returns a function that ends it. */
export const mishaps: Readonly<Record<string, (host: HostState) => () => void>> = {
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
  'lose-tag': ({ tree }) => {
    if (!tree.tags.delete('pre-phase1-stable')) throw new Error('There is no tag pre-phase1-stable to delete.');
    return () => {};
  },
  'press-stop': (host) => {
    emergencyStop(host);
    return () => {};
  },
};
