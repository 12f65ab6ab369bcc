import { expect, test } from 'vitest';
import { objections } from '../../../domain/decision/situation.ts';
import { withoutObjections } from './situation-without-objections.ts';

const deployment = { version: 'v1.4.0', at: withoutObjections.start_time, hosts: ['host-1'] };

test.each([
  ['none, if only the canary group is ill', { canary_alone: true }, []],
  ['that the other hosts run the version before, if that is not shown', {}, ['to the canary group alone (host-1)']],
])('a deployment to the canary group is an objection to a rollback: %s', (_, more, expected) => {
  expect(objections({ ...withoutObjections, deployment, ...more })).toEqual(
    expected.map((one) => expect.stringContaining(one)),
  );
});
