import { expect, test } from 'vitest';
import { differences } from './answer-stories.ts';

const patience = { timeout: 300_000 };

test.concurrent(
  'an answer differs if it is accepted or refused against the story, or refused with another text',
  patience,
  async () => {
    const { found, id } = await differences(
      { answer: 'rollback', operator: 'ana', reason: 'confirmed', as: 'ana' },
      { answer: 'wait', operator: 'ana', refused: '"answer":"wait"' },
      { answer: 'wait', operator: 'ana', reason: 'why not', phase: 1 },
      { answer: 'wait', operator: 'ben', refused: 'too late' },
      { answer: 'rollback', operator: 'ben', refused: 'too late' },
    );
    const asked = { answer: 'wait', operator: 'ana', reason: 'why not', rollback: id };
    expect(found).toEqual([
      `the answer wait of ana at 62 s: expected it to be accepted, found it refused: ${JSON.stringify(asked)}`,
      'the answer wait of ben at 63 s: expected it to be refused with "too late", ' +
        'found it refused: {"answer":"wait","operator":"ben"}',
      'the answer rollback of ben at 64 s: expected it to be refused with "too late", found it accepted',
    ]);
  },
);
