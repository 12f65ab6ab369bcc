import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { reviewedSynthesis } from './synthesized.ts';

/** Declares what is true of every environment's reviewed synthesis. */
export function environmentChecks(environment: string, synthesis: () => Awaited<ReturnType<typeof reviewedSynthesis>>) {
  test('is synthesized without credentials, look-ups or output', () => {
    expect(synthesis()).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('has no unacknowledged finding of cdk-nag’s AwsSolutions and Serverless packs', () => {
    expect(synthesis().review()).toMatchObject({
      packs: ['AwsSolutions', 'Serverless'],
      unacknowledged: [],
    });
  });

  test('has no acknowledgement without a finding', () => {
    const { acknowledged, acknowledgements } = synthesis().review();
    const used = new Set(
      acknowledged.map(({ acknowledgedId, acknowledgedAt }) => `${acknowledgedId} at ${acknowledgedAt}`),
    );
    expect(acknowledgements.filter(({ id, at }) => !used.has(`${id} at ${at}`))).toEqual([]);
  });

  test('gives each acknowledged finding a reason', () => {
    for (const { acknowledgedId, reason } of synthesis().review().acknowledged)
      expect([acknowledgedId, reason]).toEqual([acknowledgedId, expect.stringMatching(/^[A-Z].{20,}\.$/)]);
  });

  test('has termination protection, except in the embedded account', async () => {
    const manifest = await import(`${dirname(synthesis().templateFile)}/manifest.json`, {
      with: { type: 'json' },
    });
    const { properties } = manifest.default.artifacts[`rollback-${environment}`];
    expect(properties.terminationProtection ?? false).toBe(!['local', 'paged'].includes(environment));
  });
}
