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
        before: "    remembered = None if is_check else read_marker(own + '.json')",
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
    story: story.own('a-wave-after-the-fleet-was-lost'),
    breaks: 'one-rollback-per-host',
  },
];
