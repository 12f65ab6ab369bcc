import { describe, expect, test } from 'vitest';
import { readRunbooks } from '../../config/infra.ts';
import { assemblyWithout, runStory, storyNamed } from './run-story.ts';

const story = { ...storyNamed('corruption-healed'), hosts: 1 };
const actions = readRunbooks()
  .find(({ phase }) => phase === 1)
  ?.steps.map(({ name }) => name);

test('the procedure of phase 1 has six actions', () => expect(actions).toHaveLength(6));

/** Without one of five actions the system stays ill; without the health check, Resume operations refuses to run. */
describe.concurrent('corrupt data is not healed without', { timeout: 300_000 }, () => {
  test.each([
    ['Stop data ingestion', /^Verify system health failed .*Unhealthy .*"corrupt_rows": [1-9]/, 'corrupt rows'],
    ['Switch to backup data source', /^Verify system health failed .*"events_per_minute": 0/, 'EventsPerMinute'],
    ['Clear corrupted cache', /^Verify system health failed .*"corrupt_rows": [1-9]/, 'corrupt rows'],
    ['Restore previous version', /^Verify system health failed .*"integrity_errors": 1/, 'DataIntegrityErrors'],
    ['Verify system health', /^Resume operations failed .*there is no health report/, 'trading halted'],
    ['Resume operations', /^Not healthy: host-1 \(trading\)/, 'trading halted'],
  ])('%s', async (step, why, illness) => {
    const { passed, ending, rollback, hosts } = await runStory(story, { assembly: await assemblyWithout(step) });
    expect([passed, ending]).toEqual([false, 'Needs a person']);
    expect(rollback?.['problem']).toMatch(why);
    expect(hosts['host-1']).toMatchObject({ healthy: false, ill: expect.arrayContaining([illness]) });
  });
});
