import { expect, test } from 'vitest';
import { type JudgedPart, judgedPhases } from '../../../lambdas/confirm-recovery/several-phases.ts';
import { clearCache, rollback } from '../opened-rollback.ts';

const command = (id: string, parameters: Record<string, string> = {}) => ({ ...clearCache, id, name: id, parameters });
const part = (phase: number, paths: string[], parameters: Record<string, string>): JudgedPart => ({
  phase,
  steps: [`phase-${phase}-step`],
  target_version: `target-${phase}`,
  own_checks: [`own-${phase}`],
  paths,
  copies: [],
  version: command(`phase-${phase}-confirm-recovery`, { Target: `target-${phase}`, ...parameters }),
});
const request = {
  rollback: { ...rollback, phase: 2, phases: [4, 3, 2] },
  fence: 1,
  parts: [
    part(4, [], { Flags: 'a=true', Services: 's=active' }),
    part(3, ['x', 'y'], { Paths: 'x y', Flags: 'b=v2 c=on', Services: 's=stopped' }),
    part(2, ['x'], { Paths: 'x', Flags: 'b=v1' }),
    part(1, ['.'], { Paths: '.' }),
  ],
  healths: [
    { phases: [4, 3, 2], command: command('confirm-health') },
    { phases: [1], command: command('phase-1-confirm-health') },
  ],
};

test('only the phases of the rollback are judged, with the health checks that they have', () => {
  const { parts, healths, own_checks, target_version } = judgedPhases(request);
  expect(parts.map(({ version }) => version.id)).toEqual([
    'phase-4-confirm-recovery',
    'phase-3-confirm-recovery',
    'phase-2-confirm-recovery',
  ]);
  expect([healths.map(({ id }) => id), own_checks, target_version]).toEqual([
    ['confirm-health'],
    ['own-4', 'own-3', 'own-2'],
    'target-2',
  ]);
});

test('a phase is judged by what no later part has set again', () => {
  expect(judgedPhases(request).parts.map(({ version }) => version.parameters)).toEqual([
    { Target: 'target-4', Flags: 'a=true' },
    { Target: 'target-3', Paths: 'y', Flags: 'c=on', Services: 's=stopped' },
    { Target: 'target-2', Paths: 'x', Flags: 'b=v1' },
  ]);
});
