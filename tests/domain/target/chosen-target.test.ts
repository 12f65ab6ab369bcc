import { expect, test } from 'vitest';
import { agreedTarget, owedTargetOf, runbooksTag, targetVersionOf } from '../../../domain/target/chosen-target.ts';

const runbooks = { phase: 1, version: 'pre-phase1-stable', by: ['restore'] };
const commit = 'a'.repeat(40);
const replaced = {
  deployed_as: 'v1.4.0',
  tag: 'rollback/phase-1/before-v1.5.0',
  commit,
  by: 'v1.5.0',
  registered_at: 'x',
};
const has = (host: string, one: string | null = commit) => ({ host, commit: one });

test('the replaced version is the target if every host has its tag at the registered commit', () => {
  expect(agreedTarget(runbooks, replaced, [has('host-1'), has('host-2')])).toEqual({
    ...runbooks,
    version: replaced.tag,
    deployed_as: 'v1.4.0',
    commit,
    why: 'Target: v1.4.0, which v1.5.0 replaced: its watch window passed without red, it is not blocked, and every host has its tag rollback/phase-1/before-v1.5.0 at commit aaaaaaaaaaaa.',
  });
});

test.each([
  ['a host does not have the tag', has('host-2', null), 'there is no tag rollback/phase-1/before-v1.5.0 on host-2'],
  [
    'the tag names another commit on a host',
    has('host-2', 'b'.repeat(40)),
    'on host-2 the tag rollback/phase-1/before-v1.5.0 names bbbbbbbbbbbb, registered is aaaaaaaaaaaa',
  ],
  [
    'a host does not report',
    { host: 'host-2', unread: 'no report in 15 s' },
    'host-2 did not report its tags (no report in 15 s)',
  ],
])("the runbook's tag is the target if %s, and the sentence names the host", (_, second, why) => {
  const chosen = agreedTarget(runbooks, replaced, [has('host-1'), second]);
  expect(chosen).toEqual({
    ...runbooks,
    why: `Target: pre-phase1-stable, the runbook's tag, because not every host has v1.4.0, which v1.5.0 replaced: ${why}.`,
  });
});

const running = (host: string, runs: string) => ({ ...has(host), runs });

test("the runbook's tag is the target if every host runs the registered commit: nothing would be undone", () => {
  const looks = [running('host-1', commit), running('host-2', commit)];
  expect(agreedTarget(runbooks, replaced, looks)).toEqual({
    ...runbooks,
    why: "Target: pre-phase1-stable, the runbook's tag, because every host runs aaaaaaaaaaaa now, the commit that was registered as v1.4.0, which v1.5.0 replaced: to restore it would undo nothing.",
  });
});

test.each([
  ['one host missed the deployment', replaced, [running('host-1', commit), running('host-2', 'b'.repeat(40))]],
  ['an earlier rollback of the deployment restored it', { ...replaced, restored_before: true as const }, undefined],
])('the replaced version stays the target if %s', (_, which, looks = [running('host-1', commit)]) => {
  expect(agreedTarget(runbooks, which, looks).version).toBe(replaced.tag);
});

test("the runbook's tag is the target if no host could be asked", () => {
  expect(agreedTarget(runbooks, replaced, []).version).toBe('pre-phase1-stable');
});

test('many hosts against it are counted', () => {
  const looks = Array.from({ length: 8 }, (_, i) => has(`host-${i + 1}`, null));
  expect(agreedTarget(runbooks, replaced, looks).why).toMatch(/host-5 and 3 more hosts\.$/);
});

test('each phase has its own target, and a rollback that chose none the one of its runbook', () => {
  const targets = [{ ...runbooks, phase: 2, version: 'x', deployed_as: 'v2' }, runbooksTag(runbooks, 'y')];
  expect(targetVersionOf({ targets }, 2, 'other')).toBe('x');
  expect(targetVersionOf({ targets }, 3, 'other')).toBe('other');
  expect(targetVersionOf({}, 1, 'other')).toBe('other');
  expect(owedTargetOf(targets, 2)).toEqual({ version: 'x', deployed_as: 'v2' });
  expect(owedTargetOf(targets, 1)).toEqual({ version: 'pre-phase1-stable' });
});
