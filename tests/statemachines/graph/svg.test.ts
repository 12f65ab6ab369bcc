import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../statemachines/graph/graph.ts';
import { svgOf } from '../../../statemachines/graph/svg.ts';
import { smallMachine } from './small-machine.ts';

const svg = svgOf(graphOf(smallMachine));

test('has a title and a description for screen readers, and refers to both', () => {
  expect(svg).toContain('<title id="title">Drains &amp; refills &lt;a&gt; tank.</title>');
  expect(svg).toContain('role="img" aria-labelledby="title description"');
});

describe('the description contains', () => {
  test.each([
    ['the first state', 'Starts with Look at the tank.'],
    [
      'the next state of a task, and of its errors',
      'Look at the tank leads to Is it full?; error NoTank leads to Not looked at; an error leads to Ask somebody.',
    ],
    [
      'the rules of a choice',
      'Is it full? yes: leads to Drain the tank; $empty = true: leads to Nothing to do; otherwise: leads to Refill the tank.',
    ],
    ['a success', 'Refilled succeeds.'],
    ['a failure', 'Given up fails.'],
  ])('%s', (_, sentence) => {
    expect(/<desc id="description">(.*)<\/desc>/.exec(svg)?.[1]).toContain(sentence);
  });
});

test('draws every state once, in the class of its kind', () => {
  const drawn = (kind: string) => svg.match(new RegExp(`<(rect|polygon) class="${kind}"`, 'g'))?.length;
  expect({
    task: drawn('task'),
    question: drawn('question'),
    success: drawn('success'),
    failure: drawn('failure'),
  }).toEqual({ task: 5, question: 2, success: 2, failure: 2 });
});

test('has colours for light and dark pages, and a background of its own', () => {
  expect(svg).toContain('@media (prefers-color-scheme: dark)');
  expect(svg).toContain('<rect class="page"');
});

test('is self-contained: no script, and no address but the SVG namespace', () => {
  expect(svg).not.toMatch(/<script|<image|@import|@font-face|url\(|href/);
  expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
});

test('closes every element it opens', () => {
  const open: string[] = [];
  for (const [, close, name = '', attributes] of svg.matchAll(/<(\/?)(\w+)([^>]*)>/g)) {
    if (close) expect(open.pop()).toBe(name);
    else if (!attributes?.endsWith('/')) open.push(name);
  }
  expect(open).toEqual([]);
});
