import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { transitionSource, transitionTypes } from '../../domain/transitions/transition.ts';

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const page = read('transition-events.md');
const blocks = page.match(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)?.map((text) => text.replace(/^ {4}/gm, '')) ?? [];
const [example, pattern, template] = [blocks[0] ?? '', blocks[1] ?? '', blocks[2] ?? ''];
const detail = JSON.parse(example) as Record<string, unknown>;

test('every type of transition is in the page', () => {
  for (const [name, type] of Object.entries(transitionTypes)) expect(page).toContain(`| \`${type}\` | \`${name}\` |`);
});

test('the example of a detail fits the schema', () => {
  const isValid = new Ajv({ strict: false }).compile(JSON.parse(read('transition-event.schema.json')));
  expect(isValid(detail)).toBe(true);
});

test('the example of a rule takes a live rollback that begins to act, and nothing else', () => {
  expect(JSON.parse(pattern)).toEqual({
    ...{ source: [transitionSource], 'detail-type': [transitionTypes.acting] },
    detail: { mode: [detail['mode']] },
  });
});

test('the example as CloudFormation has the same pattern, and makes a ticket that is JSON, of fields that exist', () => {
  const rule = parse(template, { logLevel: 'silent' })['EmergencyChange'].Properties;
  expect(rule.EventPattern).toEqual(JSON.parse(pattern));
  const { InputPathsMap, InputTemplate } = rule.Targets[0].InputTransformer;
  const fieldOf = (name: string) => detail[(InputPathsMap[name] ?? '').replace('$.detail.', '')];
  const filled = (InputTemplate as string).replace(/"[^"]*"|<(\w+)>/g, (found, name?: string) =>
    name ? JSON.stringify(fieldOf(name)) : found.replace(/<(\w+)>/g, (_, inside: string) => String(fieldOf(inside))),
  );
  expect(JSON.parse(filled)).toEqual({
    ...{ type: 'emergency', external_id: detail['rollback'], started: detail['at'] },
    summary: 'Rollback of phase 1: CRITICAL, data_corruption',
  });
});
