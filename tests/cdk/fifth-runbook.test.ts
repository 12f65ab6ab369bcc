import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withFifthRunbook } from './fifth-runbook.ts';
import { synthesize } from './synthesized.ts';

const { infra, remove } = withFifthRunbook();

let synthesis: Awaited<ReturnType<typeof synthesize>>;
let stack: ReturnType<typeof synthesis.stack>;
beforeAll(async () => {
  synthesis = await synthesize('local', { infra });
  stack = synthesis.stack();
});
afterAll(() => {
  synthesis.remove();
  remove();
});

const names = (type: string, property: string) =>
  stack.ofType(type).map(({ Properties }) => String(Properties[property]));
const ofPhase5 = (type: string, property: string) => names(type, property).filter((name) => name.includes('phase-5'));

describe('a fifth runbook and its scripts, in the folder of ROLLBACK_INFRA, give', () => {
  test('a synthesis without output', () => expect(synthesis).toMatchObject({ exitCode: 0, stderr: '' }));

  test('a machine with one state per step', () => {
    expect(ofPhase5('AWS::StepFunctions::StateMachine', 'StateMachineName')).toEqual(['rollback-local-phase-5']);
    const machine = stack
      .ofType('AWS::StepFunctions::StateMachine')
      .find(({ Properties }) => Properties['StateMachineName'] === 'rollback-local-phase-5');
    const { States } = JSON.parse(String(machine?.Properties['DefinitionString'])) as { States: object };
    expect(Object.keys(States)).toEqual(
      expect.arrayContaining(['Hold new orders', 'Restore the router', 'Release orders']),
    );
  });

  test('the six triggers’ alarms, and two rules', () => {
    expect(
      ofPhase5('AWS::CloudWatch::Alarm', 'AlarmName').filter((name) => name.startsWith('rollback-local-phase-5-')),
    ).toHaveLength(8);
    expect(ofPhase5('AWS::Events::Rule', 'Name')).toEqual([
      'rollback-local-phase-5-red',
      'rollback-local-phase-5-blind',
    ]);
  });

  test('the same alarms on its machine as on every machine', () => {
    const own = names('AWS::CloudWatch::Alarm', 'AlarmName').filter((name) => name.endsWith('-phase-5'));
    expect(own.length).toBe(
      names('AWS::CloudWatch::Alarm', 'AlarmName').filter((name) => name.endsWith('-release')).length,
    );
    expect(own.length).toBeGreaterThan(0);
  });

  test('three more documents', () => {
    expect(names('AWS::SSM::Document', 'Name')).toEqual(
      expect.arrayContaining(
        ['hold-new-orders', 'release-orders', 'order-router-health'].map((id) => `rollback-local-${id}`),
      ),
    );
  });

  test.each([
    ['run-on-hosts', 'hold-new-orders', true],
    ['run-on-hosts', 'order-router-health', false],
    ['confirm-recovery', 'order-router-health', true],
    ['confirm-recovery', 'hold-new-orders', false],
  ])('permissions: %s may send %s: %s', (name, document, may) => {
    const line = `Allow ssm:SendCommand on arn:aws:ssm:us-east-1:000000000000:document/rollback-local-${document}`;
    expect(stack.allowed(`rollback-local-${name}`).includes(line)).toBe(may);
  });

  test('Reconcile the right to start its machine', () => {
    const line =
      'Allow states:StartExecution on arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-5';
    expect(stack.allowed('rollback-local-reconcile')).toContain(line);
  });
});
