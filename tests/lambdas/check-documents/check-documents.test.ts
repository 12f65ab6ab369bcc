import { describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { documentsCheck } from '../../../lambdas/check-documents/check-documents.ts';
import type { CheckedDocuments } from '../../../lambdas/stores/checked-documents.ts';

const reviewed = ['clear', 'restore'].map((name) => ({ name, sha256: contentHash({ of: name }) }));

type Given = { changed?: string; error?: Error; listed?: string; before?: CheckedDocuments };
const born = '2026-01-01T00:00:00.000Z';
const found = (name: string) => ({ sha256: contentHash({ of: name }), version: '3', hash: 'abc', created: born });
const both = { clear: found('clear'), restore: found('restore') };

/** Checks two documents of which `changed` has other content and `error` cannot be read. */
async function check({ changed = '', error, listed = '3', before = {} }: Given = {}) {
  let counted = 0;
  const document = async (name: string, isWanted: (content: unknown) => boolean) => {
    if (error && name === 'clear') throw error;
    const content = { of: name === changed ? 'something else' : name };
    return { version: '3', hash: isWanted(content) ? 'abc' : '', content };
  };
  const countNotReviewed = async () => {
    counted += 1;
  };
  const listDocuments = async () => new Map(reviewed.map(({ name }) => [name, { version: listed, created: born }]));
  const kept: CheckedDocuments[] = [];
  const checkedDocuments = {
    read: async () => kept.at(-1) ?? before,
    keep: async (documents: CheckedDocuments) => void kept.push(documents),
  };
  const managedInstances = { document };
  const result = await documentsCheck({
    ...{ managedInstances, listDocuments, checkedDocuments, reviewed, countNotReviewed },
  })();
  return { ...result, counted, kept };
}
const failed = (name: string) => Object.assign(new Error('Systems Manager says no'), { name });

describe('the check of all documents', () => {
  test('finds nothing if each has the reviewed content', async () => {
    expect(await check()).toEqual({ checked: 2, problems: [], counted: 0, kept: [both] });
  });

  test('names a document with other content, and counts for the alarm', async () => {
    const { problems, counted } = await check({ changed: 'restore' });
    expect(problems).toEqual([
      `Document restore is not the reviewed one: expected content ${reviewed[1]?.sha256.slice(0, 12)}…, found ${contentHash({ of: 'something else' }).slice(0, 12)}… in its default version 3, and no other in its newest versions.`,
    ]);
    expect(counted).toBe(1);
  });

  test('names a document that does not exist, and checks the others', async () => {
    expect(await check({ error: failed('InvalidDocument'), changed: 'restore' })).toMatchObject({
      problems: ['Document clear does not exist.', expect.stringContaining('Document restore is not')],
      counted: 1,
    });
  });

  test('stores what it found for the next rollback, and only if that has changed', async () => {
    expect((await check({ before: both })).kept).toEqual([]);
    expect((await check({ before: both, changed: 'restore' })).kept).toEqual([{ clear: both.clear }]);
  });

  test('stores no version that is not the default one, because it may be deleted unseen', async () => {
    expect((await check({ listed: '4' })).kept).toEqual([]);
  });

  test('fails if Systems Manager cannot be read: that is no proof of a change', async () => {
    await expect(check({ error: failed('ThrottlingException') })).rejects.toThrow('Systems Manager says no');
  });

  test('reads a document again only after the list shows another version or another date of creation', async () => {
    const read: string[] = [];
    const document = async (name: string) => {
      read.push(name);
      return { version: '3', hash: 'abc', content: { of: name } };
    };
    let list: readonly (readonly [string, { version: string; created: string }])[] = [];
    const kept: CheckedDocuments[] = [];
    const check = documentsCheck({
      managedInstances: { document },
      listDocuments: async () => new Map(list),
      // Nobody else's finding is believed: somebody may have changed the item.
      checkedDocuments: { read: async () => both, keep: async (one) => void kept.push(one) },
      ...{ reviewed, countNotReviewed: async () => {} },
    });
    const readWhile = async (version: string, created: string) => {
      list = [
        ['clear', { version: '3', created: born }],
        ['restore', { version, created }],
      ];
      await check();
      return read.splice(0);
    };
    expect(await readWhile('3', born)).toEqual(['clear', 'restore']);
    expect(await readWhile('3', born)).toEqual([]);
    expect(kept).toEqual([]);
    expect(await readWhile('4', born)).toEqual(['restore']);
    expect(kept).toEqual([{ clear: both.clear }]);
    expect(await readWhile('4', born)).toEqual(['restore']);
    expect(await readWhile('3', '2026-02-02T00:00:00.000Z')).toEqual(['restore']);
  });
});
