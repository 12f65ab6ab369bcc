import { describe, expect, test } from 'vitest';
import { chainedBrake, endedEvent, setEvent } from '../../../domain/history/brake-event.ts';
import {
  type BrakesLink,
  brakesExportKey,
  type ExportedBrakes,
  exportText,
  parseExportKey,
} from '../../../domain/history/export.ts';
import { brakesLink, emptyMonth, linked } from '../../../domain/history/link.ts';
import { verifyExported } from '../../../domain/history/verify.ts';
import { brakesChain } from '../../../domain/tables.ts';

const at = '2026-11-20T09:00:00.000Z';
const ana = { operator: 'ana', reason: 'exchange test', at, by: 'arn:1' };
const bo = { operator: 'bo', reason: 'test is over', at: '2026-11-20T10:00:00.000Z', by: 'arn:2' };
const paused = chainedBrake(brakesChain, [], setEvent('pause', ana));
const unpaused = chainedBrake(brakesChain, [paused], endedEvent('pause', ana, bo));
const events = [paused, unpaused];
const { hash: head } = unpaused;
const link = linked(emptyMonth('2026-11'), brakesLink({ count: 2, head }), { at }) as BrakesLink;
const content: ExportedBrakes = { format: 1, link, events };
const key = brakesExportKey(link);

function verified(changed: ExportedBrakes, name = key): string[] {
  const parsed = parseExportKey(name);
  return parsed ? verifyExported(parsed, name, exportText(changed)).findings.map(({ says }) => says) : ['no key'];
}

test('an exported history of the brakes is intact', () => {
  expect(verified(content)).toEqual([]);
});

describe('a forged export of the brakes, with the hash of its own content, is found if', () => {
  const another = [`CHANGED: the export ${key} holds another history of the brakes than its name says`];
  const byMallory = setEvent('pause', { ...ana, operator: 'mallory' });

  test('an event is changed', () => {
    expect(verified({ ...content, events: [{ ...paused, ...byMallory }, unpaused] })).toEqual([
      `CHANGED: the export ${key} holds a history of the brakes whose event 1 does not continue the chain of hashes`,
    ]);
  });

  test('an event is changed, and so is its hash', () => {
    expect(verified({ ...content, events: [chainedBrake(brakesChain, [], byMallory), unpaused] })).toEqual([
      `CHANGED: the export ${key} holds a history of the brakes whose event 2 does not continue the chain of hashes`,
    ]);
  });

  test('an event is missing', () => {
    expect(verified({ ...content, events: [unpaused] })).toEqual(another);
  });

  test('its link is changed', () => {
    expect(verified({ ...content, link: { ...link, at: '2026-11-21T09:00:00.000Z' } })).toEqual(another);
  });

  test('it lies under another month', () => {
    const renamed = key.replace('2026-11', '2026-10');
    expect(verified(content, renamed)).toEqual([another[0]?.replace(key, renamed)]);
  });
});
