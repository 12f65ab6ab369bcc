import { expect, test } from 'vitest';
import { contactLine, externalLines, levels } from '../../../domain/question/contact.ts';

test('has the four levels of the procedure', () => {
  expect(levels.map((level) => contactLine(level, { L1: 'a', L2: 'b', L3: 'c', L4: 'd' }))).toEqual([
    'L1 Operations Team: a',
    'L2 Technical Lead: b',
    'L3 Engineering Manager: c',
    'L4 CTO: d',
  ]);
});

test('states that a level has no contact', () => {
  expect(contactLine('L2', {})).toBe('L2 Technical Lead: nobody is named (contacts.L2 in the environment file)');
});

test('lists the external contacts that are named', () => {
  expect(externalLines({ data_vendor: 'support@databento.example', database: 'Dora, +44 3' })).toEqual([
    'Data vendor support: support@databento.example',
    'Database admin: Dora, +44 3',
  ]);
});
