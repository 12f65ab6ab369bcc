import type { HostState } from '../data/host-state.ts';
import { Exit, pythonJson, sha256 } from '../data/python.ts';
import { type Call, type HostScript, planning, required, words } from './script-call.ts';

/**
 * infra/host-scripts/prepare.py. The copy of a database is modelled by its rows, so its hash and size are the model's own.
 * No script of a rollback runs at the same instant as this one.
 */
export const prepare: HostScript = (call) => {
  const { tree, kept } = call.host;
  const tag = required(call, 'SSM_Tag');
  const { commit } = tree.head;
  const tagged = tree.tags.get(tag)?.commit ?? null;
  const ownTag = tree.tags.get(tag.split('/before-')[1] ?? '')?.commit ?? null;
  if (planning(call)) return { commit, version: tree.describe(), tag, tagged, own: ownTag };
  refuseOtherCommit(call, tagged);
  if (tagged === null) tree.tags.set(tag, tree.head);
  const different = tree.changed(tree.head, ['.']);
  const databases = databasesOf(call);
  const configuration = configurationOf(call, different);
  const lines = Object.entries(configuration)
    .map(([name, content]) => `${name} ${content}\n`)
    .join('');
  const hashes = { databases, configuration };
  const own = required(call, 'SSM_Preparation');
  const begun = required(call, 'SSM_Begun');
  const manifest = sha256(pythonJson({ tag, commit, begun, ...hashes }));
  const files = Object.keys(configuration).length;
  kept.prepared.set(own, { begun, manifest, databases, files, truncated: false });
  const going = words(call, 'SSM_Superseded').filter((name) => name !== own && kept.prepared.delete(name));
  return {
    new_tag: tagged === null,
    superseded: going.length,
    tag,
    commit,
    manifest,
    databases: {
      count: Object.keys(databases).length,
      bytes: Object.values(databases).reduce((sum, { bytes }) => sum + bytes, 0),
      sha256: Object.fromEntries(Object.entries(databases).map(([name, one]) => [name, one.sha256])),
    },
    configuration: { files, sha256: sha256(lines) },
    ...(different.length > 0 ? { different: different.length, differences: different.slice(0, 3) } : {}),
  };
};

function refuseOtherCommit(call: Call, tagged: string | null): void {
  const { tree } = call.host;
  const [tag, expected] = [required(call, 'SSM_Tag'), required(call, 'SSM_Commit')];
  const short = (commit: string) => commit.slice(0, 12);
  if (tree.head.commit !== expected)
    throw new Exit(
      `The tree is at ${short(tree.head.commit)} (${tree.describe()}), expected ${short(expected)} as on the other hosts; nothing was tagged. Deploy that version here`,
    );
  if (tagged !== null && tagged !== expected)
    throw new Exit(
      `The tag ${tag} names ${short(tagged)}, expected ${short(expected)}; nothing was done. Somebody moved it: correct or delete it here`,
    );
}

/** The rows of each database of the image, by its path in the tree. */
const rowsOf: Readonly<Record<string, (host: HostState) => unknown>> = {
  'outputs/market_data.db': ({ events }) => events,
  'outputs/metrics.db': ({ metrics }) => Object.fromEntries(metrics),
};

type Copy = { readonly bytes: number; readonly rows: number; readonly sha256: string };

function databasesOf(call: Call): Record<string, Copy> {
  return Object.fromEntries(
    words(call, 'SSM_Databases').map((name) => {
      const rows = rowsOf[name];
      if (!rows)
        throw new Exit(`There is no database ${name} in the tree; add it or correct prepare.databases in the runbook`);
      const content = pythonJson(rows(call.host));
      return [name, { bytes: content.length, rows: countIn(rows(call.host)), sha256: sha256(content) }];
    }),
  );
}

const countIn = (rows: unknown): number =>
  Array.isArray(rows) ? rows.length : Object.values(rows as object).reduce((sum, one) => sum + countIn(one), 0);

function configurationOf(call: Call, different: readonly string[]): Record<string, string> {
  const { files } = call.host;
  const found = new Set(different.filter((name) => files.has(name)));
  for (const name of words(call, 'SSM_Configuration')) {
    const own = files.has(name) ? [name] : files.paths(name);
    if (own.length === 0)
      throw new Exit(
        `There is no configuration ${name} in the tree; add it or correct prepare.configuration in the runbook`,
      );
    for (const one of own) found.add(one);
  }
  return Object.fromEntries([...found].toSorted().map((name) => [name, files.digest(name)]));
}
