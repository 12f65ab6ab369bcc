import { expect, test } from 'vitest';
import { plannedText } from '../../../cli/text/planned-text.ts';
import type { PlanReport } from '../../../domain/plan/plan-report.ts';

const would_copy = { 'config/a.json': { count: 1, bytes: 8 }, 'outputs/b.json': { count: 0, bytes: 0 } };
const step = { step: 's', name: 'Disable A', runs: ['python a.py'], takes: {}, changes: 0 };
const reportOf = (...steps: PlanReport['steps']): PlanReport => ({
  plan: {
    hosts: ['host-1', 'host-2'],
    not_online: [],
    deployment: null,
    target_version: 'v1',
    paths: ['.'],
    steps: ['Disable A'],
    flags: {},
    also_undoes: [],
    expected_minutes: 1,
    at_most_minutes: 2,
    last_time: null,
  },
  steps,
  flags: {},
  versions: { now: { v2: 2 }, to: 'v1' },
  limit: { severity: 'HIGH', minutes: 60, kept: true },
  unanswered: 0,
  not_answered: [],
  failing: 0,
  would_fail: [],
  reports: {},
});
const verdictOf = (report: Record<string, unknown>) => ({
  step: 's',
  instance_id: 'i-1',
  name: 'host-1',
  verdict: 'done' as const,
  reason: null,
  command_id: 'c',
  report,
});

test("lists the files that are copied before the customer's code writes them: paths, counts, bytes", () => {
  const copies = { 'config/a.json': { count: 2, bytes: 16 }, 'outputs/b.json': { count: 0, bytes: 0 } };
  const text = plannedText(reportOf({ ...step, copies }), [verdictOf({ would_copy })], 'r-1');
  expect(text).toContain('copies first config/a.json (2 files, 16 bytes), outputs/b.json (does not exist yet)\n');
  expect(text).toMatch(/host-1 +unknown -> v1 +copies of 1 file \(8 bytes\)/);
});

test('mentions no copies if a step copies nothing', () => {
  expect(plannedText(reportOf({ ...step, copies: {} }), [verdictOf({})], 'r-1')).not.toContain('cop');
});

test('lists a step that would fail with the host and its reason, and does not promise the limit', () => {
  const plan: PlanReport = {
    ...reportOf(),
    limit: { severity: 'HIGH', minutes: 60, kept: false },
    failing: 1,
    would_fail: [{ host: 'host-2', step: 'clear-state', reason: 'not authorized; nothing was changed' }],
  };
  const text = plannedText(plan, [], 'r-1');
  expect(text).toMatch(/WOULD FAIL {2}on 1 of 2 hosts\n {2}host-2 +clear-state +not authorized; nothing was changed$/);
  expect(text).toContain(
    'The limit for HIGH is 60 minutes, and this rollback may miss it: a step would fail on 1 of 2 hosts\n',
  );
  expect(text).not.toContain('NO REPORT');
});

test('says below a step that it may refuse, and why', () => {
  const may_refuse = { hosts: 2, reason: 'market.db is too large for a trial on a copy' };
  expect(plannedText(reportOf({ ...step, copies: {}, may_refuse }), [], 'r-1')).toContain(
    '  Disable A                     python a.py\n' +
      '                                may refuse on 2 hosts: market.db is too large for a trial on a copy\n',
  );
});

test.each([
  [['.'], 'go back to v1: the whole tree is restored', 'v2 -> v1'],
  [['a.py'], 'go back to v1: only a.py is restored', 'v2, one path -> v1'],
  [['a.py', 'b'], 'go back to v1: only a.py, b are restored', 'v2, 2 paths -> v1'],
  [[], 'go back to v1: no code is restored, only flags and state', 'v2, code unchanged'],
])('shows which paths of the code go back: %j', (paths, top, host) => {
  const all = reportOf();
  const text = plannedText({ ...all, plan: { ...all.plan, paths } }, [verdictOf({ version: 'v2' })], 'r-1');
  expect(text).toContain(`${top}\n`);
  expect(text).toContain(`host-1     ${host}  nothing`);
});

test('a blocked version is named before the steps, with the command that unblocks it', () => {
  const blocked = 'Version v1 has been blocked. … npm run rollback -- unblock --version v1';
  expect(plannedText({ ...reportOf({ ...step, copies: {} }), blocked }, [], 'p-1')).toContain(
    `BLOCKED  a rollback would not begin\n  ${blocked}\nSTEPS`,
  );
});

test('shows the step at which the rollback would begin, and what would be left out', () => {
  const begins_at = {
    ...{ step: 's', name: 'Disable A', operator: null, reason: null, not_repeated: [] },
    before: [{ step: 'stop', done_by: [], left_out: { hosts: 2, names: ['host-1', 'host-2'] } }],
  };
  expect(plannedText({ ...reportOf(), begins_at }, [], 'r-1')).toMatch(
    /BEGINS AT {2}Disable A\n {2}stop +not run: left out on host-1, host-2\nSTEPS/,
  );
});

test('names the cap on hosts that would make an alarm ask', () => {
  const text = plannedText(
    { ...reportOf(), above_cap: 'With this rollback automation would touch 2 hosts.' },
    [],
    'r-1',
  );
  expect(text).toContain(
    'ABOVE THE CAP  an alarm would ask a permit\n  With this rollback automation would touch 2 hosts.\n',
  );
});
