import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { exportFolder } from '../../../cli/account/export-folder.ts';
import {
  type BrakesLink,
  brakesExportKey,
  type ExportedBrakes,
  type ExportedLinks,
  exportText,
} from '../../../domain/history/export.ts';
import { brakesLink, emptyMonth, linked } from '../../../domain/history/link.ts';
import { verifyHistory } from '../../../domain/history/verify-history.ts';
import { now, smallHistory } from './small-history.ts';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Checked = {
  readonly at?: number;
  readonly only?: string;
  /** Keys and texts of further objects. */
  readonly added?: readonly (readonly [string, string])[];
};

/** Writes the export of the small history without some objects, and verifies that copy. */
async function copied(isLeftOut: (key: string) => boolean, { at = now, only, added = [] }: Checked = {}) {
  folder = mkdtempSync(join(tmpdir(), 'copy-'));
  const exports = [...smallHistory().exports].map(([key, [text]]) => [key, text ?? ''] as const);
  for (const [key, text] of [...exports, ...added]) {
    if (isLeftOut(key)) continue;
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), text);
  }
  const options = { now: at, progress: () => {}, stopped: () => false, ...(only === undefined ? {} : { only }) };
  const { findings, notes } = await verifyHistory(exportFolder(folder), options);
  return { says: findings.map(({ says }) => says), notes };
}

const noLink = (rollback: string, seal: number) =>
  expect.stringMatching(`^DELETED: no link of ${rollback}'s seal ${seal} is in the export, although rollbacks/2026-1`);
const noLinks = expect.stringMatching(/^DELETED: the export holds rollbacks and no link/);
const linkFiles = (month: string) =>
  [...smallHistory().exports.keys()].filter((key) => key.startsWith(`links/${month}/`)).toSorted();

test('a whole copy is intact', async () => {
  expect(await copied(() => false)).toEqual({ says: [], notes: [] });
});

test('a copy without the folder links is found, and every seal in it', async () => {
  const { says } = await copied((key) => key.startsWith('links/'));
  const seals = ['a', 'b', 'c'].flatMap((id) => [9, 11, 13].map((seal) => noLink(id, seal)));
  expect(says).toEqual([noLinks, ...seals]);
});

test('one rollback is not verified by a copy without the folder links', async () => {
  const { says } = await copied((key) => key.startsWith('links/'), { only: 'b' });
  expect(says).toEqual([noLinks, noLink('b', 9), noLink('b', 11), noLink('b', 13)]);
});

test('a copy without links and without one rollback is found', async () => {
  const { says } = await copied((key) => key.startsWith('links/') || key.includes('/b/'));
  expect(says).toHaveLength(7);
});

test('a copy without its last file of links is found by the seals in it', async () => {
  const last = linkFiles('2026-12').at(-1);
  const { says } = await copied((key) => key === last);
  expect(says).toEqual([noLink('c', 13)]);
});

test('a copy without the links of its last month is found', async () => {
  const { says } = await copied((key) => key.startsWith('links/2026-12/'));
  expect(says).toEqual([noLink('c', 9), noLink('c', 11), noLink('c', 13)]);
});

test('a copy without the links in the middle is found by the gap, too', async () => {
  const { says } = await copied((key) => key === linkFiles('2026-11').at(-1));
  expect(says).toEqual(expect.arrayContaining([expect.stringMatching(/^BROKEN: /), noLink('a', 13), noLink('b', 9)]));
});

test('a link of the last minutes that the exporter has not written yet is a note', async () => {
  const link = smallHistory().months.get('2026-12')?.at(-1);
  const last = linkFiles('2026-12').at(-1);
  const at = Date.parse(link?.at ?? '') + 60_000;
  expect(await copied((key) => key === last, { at })).toEqual({
    says: [],
    notes: ['c: the link of its seal 13 is not exported yet. Download the export again'],
  });
  rmSync(folder, { recursive: true });
  // Not at the end of the links: the exporter writes in order.
  const { says } = await copied((key) => key === linkFiles('2026-12')[0], { at });
  expect(says).toEqual(expect.arrayContaining([noLink('c', 9), noLink('c', 11)]));
});

test.each([
  ['no events', undefined],
  ['events that are no list', 'none'],
  ['an event that is none', [null]],
  ['an event without its detail', [{ sequence: 1 }]],
])('an export of the brakes with %s is a finding, and the verification goes on', async (_, events) => {
  const link = linked(emptyMonth('2026-12'), brakesLink({ count: 1, head: 'a'.repeat(64) }), { at: '2026-12-01' });
  const key = brakesExportKey(link as BrakesLink);
  const text = exportText({ format: 1, link, events } as unknown as ExportedBrakes);
  const { says } = await copied(() => false, { added: [[key, text]] });
  expect(says).toEqual(
    expect.arrayContaining([expect.stringContaining(`CHANGED: the export ${key} holds another history`)]),
  );
});

test('an export of a rollback with an event that is none is a finding, and the verification goes on', async () => {
  const newest = [...smallHistory().exports.keys()].filter((one) => /^rollbacks.*\/c\//.test(one)).toSorted();
  const key = newest.at(-1) ?? '';
  const [text] = smallHistory().exports.get(key) ?? [];
  const { hash, ...content } = JSON.parse(text ?? '');
  const { says } = await copied(() => false, { added: [[key, exportText({ ...content, events: [null] })]] });
  expect(says).toEqual(expect.arrayContaining([expect.stringContaining(`CHANGED: the export ${key} `)]));
});

test('an export of links with a link that is none is a finding, and the verification goes on', async () => {
  const [key = ''] = linkFiles('2026-12');
  const text = exportText({ format: 1, links: [null] } as unknown as ExportedLinks);
  const { says } = await copied(() => false, { added: [[key, text]] });
  expect(says).toEqual(expect.arrayContaining([expect.stringContaining(`CHANGED: the export ${key} `)]));
});
