import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { headings, withoutCode } from './headings.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const rooms = 'domain,statemachines,lambdas,cdk,local,rehearsals,cli,infra,bench';
const documents = globSync(['*.md', `{docs,tests,${rooms}}/**/*.md`], { cwd: root }).toSorted();

/** `[text](target "title")`; pages on the web are not ours to check. */
type Link = { readonly target: string; readonly title: string | undefined };
const link = /\]\(([^()\s"]+)(?: "([^"\\]+)")?\)/g;
const linksIn = (markdown: string): Link[] =>
  [...withoutCode(markdown).matchAll(link)]
    .map(([, target = '', title]) => ({ target, title }))
    .filter(({ target }) => !/^[a-z]+:/.test(target));

/** What is wrong with one link of a document, as a sentence; undefined: nothing. */
function broken(document: string, { target, title }: Link): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  const says = `${document} links to ${target}`;
  if (!existsSync(join(root, file))) return `${says}: there is no ${file}`;
  if (anchor !== undefined && !anchorsIn(file)(anchor)) return `${says}: ${file} has no ${anchor}`;
  if (title !== undefined && !isTitleIn(file, title)) return `${says}: ${file} has no "${title}"`;
  return undefined;
}

/** A heading of a document; in a file of code the name of something that stands in it. */
const anchorsIn =
  (file: string) =>
  (anchor: string): boolean =>
    file.endsWith('.md') ? headings(read(file)).includes(anchor) : declares(anchor).test(read(file));

/** `function x`, `const x`, `def x`, a method `x(` or `#x(`, a key `x:`. */
const declares = (name: string) =>
  new RegExp(
    String.raw`\b(?:function|const|class|type|interface|def) ${name}\b|^\s*(?:async |#)?${name}\(|^\s*${name}:`,
    'm',
  );

/** What a test, a block, a row of a table or a rule begins with, in quotes; of a story, its name. */
function isTitleIn(file: string, title: string): boolean {
  const text = read(file);
  if (file.endsWith('.yaml')) return text.includes(`\nname: ${title}\n`);
  const literals = ["'", '"', '`'].map((quote) => RegExp.escape(quote + title + quote));
  const literal = `(?:${literals.join('|')})`;
  return new RegExp(String.raw`[([]\s*${literal}|${literal}: `).test(text);
}

test.each(documents)('every link of %s leads somewhere', (document) => {
  expect(linksIn(read(document)).flatMap((one) => broken(document, one) ?? [])).toEqual([]);
});

test.each(documents)('no link of %s is written so that it goes unchecked', (document) => {
  const text = withoutCode(read(document));
  const understood = [...text.matchAll(link)].length;
  expect([...text.matchAll(/\]\(/g)]).toHaveLength(understood);
  expect(text).not.toMatch(/^\[[^\]]+\]: /m); // links by reference
});

test('what a reviewer reads claims nothing without the file that does it and the test that shows it', () => {
  const claims = read('docs/review.md')
    .split('\n## Not shown here')[0]
    ?.split('\n')
    .filter((line) => /^\| [^-|]/.test(line) && !line.includes('| does it |'));
  expect(claims?.length).toBeGreaterThan(50);
  for (const claim of claims ?? []) {
    const [, , code = '', shown = ''] = claim.split('|');
    expect([claim, linksIn(code).length > 0]).toEqual([claim, true]);
    expect([claim, linksIn(shown).every(({ title }) => title !== undefined)]).toEqual([claim, true]);
    expect([claim, linksIn(shown).length > 0]).toEqual([claim, true]);
  }
});

// Descriptions of alarms and causes of Fail states: tests/cdk/product-alarms.test.ts and tests/statemachines/rendered.test.ts.
test('documents and headings that code, scripts and messages name are there', () => {
  const files = globSync(`{${rooms}}/**/*.{ts,py,yaml,txt}`, { cwd: root });
  const named = files.flatMap((file) =>
    [...read(file).matchAll(/\bdocs\/[a-z0-9/-]+\.md(?:#[a-z0-9-]+)?/g)].map(([target]) => [file, target] as const),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(
    named.flatMap(
      ([file, target]) => broken('README.md', { target, title: undefined })?.replace('README.md', file) ?? [],
    ),
  ).toEqual([]);
});

// The README of a host image names files of the image.
test('files that documents name in their text are there', () => {
  const path = new RegExp(
    String.raw`(?<![\w/.-])(?:${rooms.replaceAll(',', '|')}|tests|docs)/[a-z0-9_/.-]+\.[a-z]+\b`,
    'g',
  );
  const missing = documents
    .filter((document) => !document.includes('host-images'))
    .flatMap((document) => [...read(document).matchAll(path)].map(([file]) => [document, file] as const))
    .filter(([, file]) => !existsSync(join(root, file)));
  expect(missing).toEqual([]);
});

test('every decision is listed', () => {
  const decisions = globSync('*.md', { cwd: join(root, 'docs/decisions') }).filter((file) => file !== 'README.md');
  const listed = linksIn(read('docs/decisions/README.md')).map(({ target }) => target);
  expect(listed.toSorted()).toEqual(decisions.toSorted());
});

test('headings have the anchors that GitHub gives them', () => {
  const text = '# A `b.ts`: c, d?\n```\n# no heading\n```\n## [Linked](x.md) – and more\n## Again\n## Again\n';
  expect(headings(text)).toEqual(['a-bts-c-d', 'linked--and-more', 'again', 'again-1']);
});

describe('a link is broken', () => {
  test.each([
    ['whose file is not there', '[x](none.md)', 'docs/deploy.md links to none.md: there is no docs/none.md'],
    [
      'whose heading is not there',
      '[x](runbook.md#none)',
      'docs/deploy.md links to runbook.md#none: docs/runbook.md has no none',
    ],
    [
      'whose heading in the same document is not there',
      '[x](#none)',
      'docs/deploy.md links to #none: docs/deploy.md has no none',
    ],
    [
      'whose symbol is not there',
      '[x](../domain/host/waves.ts#none)',
      'docs/deploy.md links to ../domain/host/waves.ts#none: domain/host/waves.ts has no none',
    ],
    [
      'whose test is not there',
      '[x](../tests/walls.test.ts "none")',
      'docs/deploy.md links to ../tests/walls.test.ts: tests/walls.test.ts has no "none"',
    ],
    [
      'whose title is only spoken of',
      '[x](../tests/walls.test.ts "vitest")',
      'docs/deploy.md links to ../tests/walls.test.ts: tests/walls.test.ts has no "vitest"',
    ],
    [
      'whose story has another name',
      '[x](../rehearsals/stories/sns-down.yaml "SNS")',
      'docs/deploy.md links to ../rehearsals/stories/sns-down.yaml: rehearsals/stories/sns-down.yaml has no "SNS"',
    ],
  ])('%s', (_, markdown, says) => {
    expect(linksIn(markdown).map((one) => broken('docs/deploy.md', one))).toEqual([says]);
  });

  test.each([
    '[x](../README.md)',
    '[x](runbook.md#needs-a-person)',
    '[x](../domain/host/waves.ts#wavesOf)',
    '[x](../infra/host-scripts/wrapper.py#raise_fence)',
    '[x](../tests/walls.test.ts "every room of the house has its wall")',
    '[x](../tests/walls.test.ts "a worker")',
    '[x](../rehearsals/stories/sns-down.yaml "SNS is down")',
    '[x](https://example.com/none.md#none)',
  ])('but not %s', (markdown) => {
    expect(linksIn(markdown).flatMap((one) => broken('docs/deploy.md', one) ?? [])).toEqual([]);
  });
});
