import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { headings, withoutCode } from './headings.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const rooms = 'domain,config,statemachines,lambdas,cdk,packages,rehearsals,cli,infra,bench';
const documents = globSync(['*.md', `{docs,tests,${rooms}}/**/*.md`], { cwd: root }).toSorted();

/** `[text](target "title")`. Links to web pages are not checked. */
type Link = { readonly target: string; readonly title: string | undefined };
const link = /\]\(([^()\s"]+)(?: "([^"\\]+)")?\)/g;
const linksIn = (markdown: string): Link[] =>
  [...withoutCode(markdown).matchAll(link)]
    .map(([, target = '', title]) => ({ target, title }))
    .filter(({ target }) => !/^[a-z]+:/.test(target));

/** Returns what is wrong with one link of a document, as a sentence; undefined if nothing is. */
function broken(document: string, { target, title }: Link): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  const link = `${document} links to ${target}`;
  if (!existsSync(join(root, file))) return `${link}: there is no ${file}`;
  if (anchor !== undefined && !anchorsIn(file)(anchor)) return `${link}: ${file} has no ${anchor}`;
  if (title !== undefined && !isTitleIn(file, title)) return `${link}: ${file} has no "${title}"`;
  return undefined;
}

/** Returns whether a file has an anchor: a document's heading, or a name that a code file declares. */
const anchorsIn =
  (file: string) =>
  (anchor: string): boolean =>
    file.endsWith('.md') ? headings(read(file)).includes(anchor) : declares(anchor).test(read(file));

/** Matches `function x`, `const x`, `def x`, a method `x(` or `#x(`, a key `x:`. */
const declares = (name: string) =>
  new RegExp(
    String.raw`\b(?:function|const|class|type|interface|def) ${name}\b|^\s*(?:async |#)?${name}\(|^\s*${name}:`,
    'm',
  );

/** Returns whether a quoted title is in a file: of a test, a block, a table's row or a rule; of a story, its name. */
function isTitleIn(file: string, title: string): boolean {
  const text = read(file);
  if (file.endsWith('.yaml')) return text.includes(`\nname: ${title}\n`);
  const literals = ["'", '"', '`'].map((quote) => RegExp.escape(quote + title + quote));
  const literal = `(?:${literals.join('|')})`;
  return new RegExp(String.raw`[([]\s*${literal}|${literal}: `).test(text);
}

test.each(documents)('every link of %s has a target', (document) => {
  expect(linksIn(read(document)).flatMap((one) => broken(document, one) ?? [])).toEqual([]);
});

test.each(documents)('every link of %s has a form that these tests check', (document) => {
  const text = withoutCode(read(document));
  const understood = [...text.matchAll(link)].length;
  expect([...text.matchAll(/\]\(/g)]).toHaveLength(understood);
  expect(text).not.toMatch(/^\[[^\]]+\]: /m); // a link by reference, such as `[x]: file.md`, which `link` does not match
});

test('every claim of docs/review.md names the file that makes it true and the test that shows it', () => {
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
test('every document and heading that code, scripts and messages name exists', () => {
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

// The README of a host image names files inside the image.
test('every file that a document names in its text exists', () => {
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

test('docs/decisions/README.md lists every decision', () => {
  const decisions = globSync('*.md', { cwd: join(root, 'docs/decisions') }).filter((file) => file !== 'README.md');
  const listed = linksIn(read('docs/decisions/README.md')).map(({ target }) => target);
  expect(listed.toSorted()).toEqual(decisions.toSorted());
});

test('a heading has the anchor that GitHub gives it', () => {
  const text = '# A `b.ts`: c, d?\n```\n# no heading\n```\n## [Linked](x.md) – and more\n## Again\n## Again\n';
  expect(headings(text)).toEqual(['a-bts-c-d', 'linked--and-more', 'again', 'again-1']);
});

describe('a link is reported', () => {
  test.each([
    ['if its file does not exist', '[x](none.md)', 'docs/deploy.md links to none.md: there is no docs/none.md'],
    [
      'if its heading does not exist',
      '[x](runbook.md#none)',
      'docs/deploy.md links to runbook.md#none: docs/runbook.md has no none',
    ],
    [
      'if its heading in the same document does not exist',
      '[x](#none)',
      'docs/deploy.md links to #none: docs/deploy.md has no none',
    ],
    [
      'if its symbol does not exist',
      '[x](../domain/host/waves.ts#none)',
      'docs/deploy.md links to ../domain/host/waves.ts#none: domain/host/waves.ts has no none',
    ],
    [
      'if its test does not exist',
      '[x](../tests/walls.test.ts "none")',
      'docs/deploy.md links to ../tests/walls.test.ts: tests/walls.test.ts has no "none"',
    ],
    [
      'if its title is in the text but names no test',
      '[x](../tests/walls.test.ts "vitest")',
      'docs/deploy.md links to ../tests/walls.test.ts: tests/walls.test.ts has no "vitest"',
    ],
    [
      'if its story has another name',
      '[x](../rehearsals/stories/sns-down.yaml "SNS")',
      'docs/deploy.md links to ../rehearsals/stories/sns-down.yaml: rehearsals/stories/sns-down.yaml has no "SNS"',
    ],
  ])('%s', (_, markdown, sentence) => {
    expect(linksIn(markdown).map((one) => broken('docs/deploy.md', one))).toEqual([sentence]);
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
  ])('but not if everything exists: %s', (markdown) => {
    expect(linksIn(markdown).flatMap((one) => broken('docs/deploy.md', one) ?? [])).toEqual([]);
  });
});
