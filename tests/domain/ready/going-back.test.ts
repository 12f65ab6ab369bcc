import { expect, test } from 'vitest';
import type { Block } from '../../../domain/brakes/brakes.ts';
import type { Preparation } from '../../../domain/prepare/preparation.ts';
import { type GoingBack, goesBackTo } from '../../../domain/ready/going-back.ts';
import type { DeployedVersion } from '../../../domain/target/replaced-version.ts';

const at = (time: string) => `2026-03-02T${time}:00.000Z`;
const tag = 'rollback/phase-1/before-v1.5.0';
const preparation: Preparation = {
  ...{ phase: 1, version: 'v1.5.0', state: 'prepared', tag, commit: 'c', begun_at: at('09:00'), by: 'arn', hosts: [] },
  prepared_at: at('09:01'),
};
const good = { verified: true, why: 'no alarm was red' };
const v14: DeployedVersion = { version: 'v1.4.0', at: at('08:00'), watched: good };
const v15: DeployedVersion = {
  ...{ version: 'v1.5.0', at: at('09:30') },
  prepared: { state: 'prepared', tag, commit: 'c', prepared_at: at('09:01') },
};
const typo: DeployedVersion = { version: '1.5.0', at: at('09:20') };
const block: Block = { version: 'v1.4.0', phase: 1, operator: 'ana', reason: 'bad', at: at('08:30') };
const other = { phase: 2, recent: [{ version: 'w2', at: at('08:10') }] };

test.each<[string, Partial<GoingBack>, string]>([
  ['the version before, if the version is only prepared', {}, `go back to v1.4.0, by its tag ${tag}`],
  ['the version before, if it is deployed', { recent: [v15, v14] }, `go back to v1.4.0, by its tag ${tag}`],
  ['the tag if nothing was deployed before', { recent: [] }, 'no recent deployment before v1.5.0 is on record'],
  [
    'the tag if nothing is on record',
    { version: null, preparation: undefined, recent: [] },
    'no deployment is on record',
  ],
  ['the tag if the version before is blocked', { blocks: [block] }, 'version v1.4.0 of phase 1 has been blocked since'],
  ['the tag if it is not verified', { recent: [{ version: 'v1.4.0', at: at('08:00') }] }, 'is not verified'],
  ['the tag after a name that was mistyped', { recent: [v15, typo, v14] }, 'before 1.5.0 was deployed'],
  ['the tag if another phase is watched still', { others: [other] }, 'of which w2 is not verified'],
])('a rollback would go back to %s', (_, changes, contains) => {
  const given = { phase: 1, target: 'v1', version: 'v1.5.0', preparation, recent: [v14], others: [], blocks: [] };
  expect(goesBackTo({ ...given, now: at('10:00'), ...changes })).toContain(contains);
});
