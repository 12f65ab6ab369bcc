import { type Safeguard, story } from './safeguard.ts';

const wrapper = 'infra/host-scripts/wrapper.py';
const model = 'simulator/hosts/wrapper.ts';

/** The safeguards on a host. Each is removed from the script and from its model. */
export const onHosts: readonly Safeguard[] = [
  {
    name: 'marker-on-hosts',
    prevents: "The wrapper's marker: a step whose command is sent twice takes effect once.",
    patches: [
      {
        file: wrapper,
        before: "    remembered = read_marker(own + '.json') if is_step else None",
        after: '    remembered = None',
      },
      { file: model, before: '  if (remembered) return remembered;\n', after: '' },
    ],
    story: story.own('a-command-is-sent-twice'),
    breaks: 'effect-once',
    kinds: '"ssm:SendCommand"[^}]*"done":true',
  },
  {
    name: 'fence-on-hosts',
    prevents: 'The fence: a host refuses a command of a rollback that has lost the fleet.',
    patches: [
      { file: wrapper, before: '    if fence < seen:', after: '    if False:' },
      { file: model, before: '  if (head.fence < kept.fence)\n', after: '  if (head.fence < -1)\n' },
    ],
    story: story.own('a-reboot-after-the-fleet-was-lost'),
    breaks: 'one-rollback-per-host',
  },
  {
    name: 'copy-before-removal',
    prevents: 'The check of a copy: nothing is removed from a host that could not be copied first.',
    patches: [
      {
        file: 'infra/host-scripts/shared/quarantine.py',
        before: '        raise SystemExit(message % (name, problem.strerror or problem))',
        after: '        return None',
      },
      {
        file: 'simulator/hosts/scripts/exports.ts',
        before: '  if (host.diskFull)\n',
        after: '  if (host.diskFull && false)\n',
      },
    ],
    story: story.rehearsed('disk-full-while-quarantining'),
    kinds: '"disk-full"',
  },
  {
    name: 'no-report-is-a-failure',
    prevents: "The host's own verdict: a script that exits 0 without a report has not done its step.",
    patches: [
      {
        file: 'domain/host/host-verdict.ts',
        before: '  if (!printed) return failed(`no verdict',
        after:
          "  if (!printed) return { host, verdict: 'done', reason: null, report: {}, command_id };\n  if (!printed) return failed(`no verdict",
      },
    ],
    story: story.rehearsed('no-verdict'),
    kinds: '"says":',
  },
  {
    name: 'canary-first',
    prevents: 'Waves: a step that fails on the first host is not sent to the others.',
    patches: [
      {
        file: 'domain/host/waves.ts',
        before: '  failed <= (waves && sent > 1 ? waves.stop_after : 0);',
        after: '  failed <= (waves && sent > 1 ? waves.stop_after : 99);',
      },
    ],
    story: story.own('the-canary-fails'),
  },
  {
    name: 'refused-host-apart',
    prevents:
      'The split of a refused command: one host that left the fleet does not keep the others from being rolled back.',
    patches: [
      {
        file: 'lambdas/clients/send-to-hosts.ts',
        before: '    if (!parts) throw error;',
        after: '    if (!parts || instance_ids.length > 0) throw error;',
      },
    ],
    story: story.rehearsed('a-host-is-terminated'),
    kinds: '"(terminated|untagged)"',
  },
  {
    name: 'owed-rollback',
    prevents: 'The list of hosts that were away: a host that returns is rolled back too.',
    patches: [
      {
        file: 'lambdas/operations/owe-after-closing.ts',
        before: '  if (hosts.length === 0) return;\n  const target',
        after: '  if (hosts.length < 999) return;\n  const target',
      },
    ],
    story: story.rehearsed('host-unreachable-from-the-start'),
    kinds: '"state":"(unreachable|stopped)"',
  },
  {
    name: 'late-result-of-a-stopped-step',
    prevents:
      'The look at the ending after each wave: a function that outlives its execution adds no result to a step that was stopped.',
    patches: [
      {
        file: 'lambdas/operations/host-attempt.ts',
        before: 'await (whileHeld ? checkOpen(whileHeld, rollback) : checkNotStopped(deps, request));',
        after: 'if (!whileHeld) await checkNotStopped(deps, request);',
      },
    ],
    story: story.own('stopped-and-a-host-returns'),
    breaks: 'stopped-stays-stopped',
    kinds: '"stop":',
  },
  {
    name: 'version-on-every-host',
    prevents:
      'The confirmation reads the version on every host: no rollback is confirmed with new code on one of them.',
    patches: [
      {
        file: 'domain/host/confirmation.ts',
        before: "  report?.['at_target'] === true && report['version'] === target;",
        after: "  (report?.['at_target'] === true && report['version'] === target) || report !== null;",
      },
    ],
    story: story.own('new-code-on-a-healthy-host'),
    breaks: 'rolled-back-means-at-target',
    kinds: '"lose-tag"|"dirty-tree"',
  },
  {
    name: 'alarms-of-the-phase',
    prevents: 'The confirmation waits for green alarms: no rollback is confirmed while an alarm of its phase is red.',
    patches: [
      {
        file: 'domain/host/recovery.ts',
        before: '  if (red.length > 0 && wider.length === 0) return',
        after: '  if (red.length > 999 && wider.length === 0) return',
      },
      {
        file: 'domain/host/recovery.ts',
        before: "  if (metric?.state === 'off' && wider.length === 0) return",
        after: "  if (metric?.state === 'off' && wider.length === 999) return",
      },
    ],
    story: story.rehearsed('a-host-is-not-tagged'),
    kinds: '"fault":',
  },
  {
    name: 'several-looks',
    prevents: 'Several good looks in a row: a host that is healthy for a moment is not recovered.',
    patches: [
      {
        file: 'lambdas/confirm-recovery/confirm-recovery.ts',
        before: '(isRecovered(look) ? good + 1 : 0)',
        after: '(isRecovered(look) ? good + 9 : 0)',
      },
    ],
    story: story.rehearsed('health-passes-once'),
    kinds: '"press-stop"',
  },
];
