import { afterAll, beforeAll, describe } from 'vitest';
import { environmentNames } from '../../config/environment-files.ts';
import { environmentChecks } from './environment-checks.ts';
import { synthesize } from './synthesized.ts';

// review.test.ts reviews the environments with most parts in every run. Here each is reviewed, and the CDK checks each
// template against CloudFormation's schemas, as in `npm run synth`.

/** Incidents run on local's resources with other deadlines, so that environment is not reviewed a second time. */
const reviewed = environmentNames().filter((name) => name !== 'incidents');

describe.each(reviewed)('%s', (environment) => {
  let synthesis: Awaited<ReturnType<typeof synthesize>>;
  beforeAll(async () => {
    synthesis = await synthesize(environment, { reviewed: true, checked: true });
  }, 300_000);
  afterAll(() => synthesis.remove());

  environmentChecks(environment, () => synthesis);
});
