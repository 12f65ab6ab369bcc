import { Exit } from '../data/python.ts';
import { type Call, type HostScript, planning, required, words } from './script-call.ts';

const RESERVE_BYTES = 256 * 2 ** 20;
/** The free bytes that the `df` of the host image shows, and those after its mishap `disk-nearly-full`. */
const [ROOM, NO_ROOM] = [10 * 2 ** 30, 1_000_000] as const;

/** infra/host-scripts/ready.py. Nothing takes time here, so the script begins and ends at one instant. */
export const ready: HostScript = (call) => {
  if (!planning(call)) throw new Exit('This script only looks; start it with Mode plan. Nothing was done');
  const { tree, diskNearlyFull } = call.host;
  const commitOf = (tag: string | undefined) => (tag ? (tree.tags.get(tag)?.commit ?? null) : null);
  const now = call.now / 1000;
  return {
    began: now,
    ended: now,
    commit: tree.head.commit,
    version: tree.describe(),
    tagged: commitOf(call.parameters['SSM_Tag']),
    ...(words(call, 'SSM_Paths').length > 0 ? { target: commitOf(required(call, 'SSM_Target')) } : {}),
    ...copies(call),
    free_bytes: diskNearlyFull ? NO_ROOM : ROOM,
    needed_bytes: RESERVE_BYTES,
  };
};

function copies({ host: { kept }, parameters }: Call) {
  const found = kept.prepared.get(parameters['SSM_Preparation'] ?? '');
  if (!found || found.begun !== parameters['SSM_Begun']) {
    const missing = 'there are no copies';
    return { manifest: null, databases: { count: 0, rows: 0 }, files: 0, backup: missing, configuration: missing };
  }
  const databases = Object.entries(found.databases);
  const [name, first] = databases.toSorted(([a], [b]) => (a < b ? -1 : 1))[0] ?? [];
  return {
    manifest: found.manifest,
    databases: { count: databases.length, rows: databases.reduce((sum, [, { rows }]) => sum + rows, 0) },
    files: found.files,
    backup:
      found.truncated && first
        ? `${name}: its copy has ${Math.floor(first.bytes / 2)} bytes, expected ${first.bytes}`
        : 'ok',
    configuration: 'ok',
  };
}
