import { describe, expect, test } from 'vitest';
import { permitLines } from '../../../cli/actions/brakes.ts';

const deadline = '2026-03-02T09:15:00.000Z';
const permit = (rollback: string, phase: number, why: string) => ({
  ...{ rollback, phase, deadline, kind: 'permit' as const, why: [why] },
});
const ofAll = permit('r-1', 1, 'Automation has been paused since 2026-03-02T09:00:00.000Z by ana: exchange test.');
const ofPhase = permit('r-2', 2, 'Automation of phase 2 has been paused since 2026-03-02T09:00:00.000Z by bo: test.');

describe('after the end of a pause', () => {
  test('names the permits that were asked because of it, because they stay open', () => {
    const other = permit('r-3', 1, 'The phase is in its cool-down.');
    expect(permitLines([ofAll, ofPhase, other], undefined, 'production')).toEqual([
      'Asked because of the pause, and still open. The end of the pause answers nothing:',
      `  phase 1, until ${deadline}: npm run rollback -- show r-1 --environment production`,
    ]);
  });

  test('names those of its phase if it was of one', () => {
    expect(permitLines([ofAll, ofPhase], 2, 'local')[1]).toContain('show r-2');
  });

  test('says nothing if none is open', () => {
    expect(permitLines([{ ...ofAll, kind: 'confirm' }], undefined, 'local')).toEqual([]);
  });
});
