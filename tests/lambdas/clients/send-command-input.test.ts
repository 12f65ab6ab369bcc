import { expect, test } from 'vitest';
import { sendCommandInput } from '../../../lambdas/clients/send-command-input.ts';
import { rollback } from '../opened-rollback.ts';

const command = {
  id: 'clear-cache',
  name: 'Clear cache',
  document: 'rollback-test-clear',
  timeout_seconds: 120,
  attempt_seconds: 210,
  parameters: { Step: 'clear-cache', Kind: 'step' },
};
const scope = {
  execution_arn: rollback.execution_arn,
  hosts: [],
  not_online: [],
  only_hosts: null,
  steps: [],
  documents: { 'rollback-test-clear': { version: '3', hash: 'abc' } },
  deployment: null,
  window_start: '2026-03-02T08:00:00Z',
  deadline: rollback.deadline,
};
const input = (changes: { id?: string; command?: object } = {}) =>
  sendCommandInput(
    ['i-1', 'i-2'],
    { ...command, ...changes.command },
    {
      rollback: { ...rollback, id: changes.id ?? 'r-1' },
      fence: 7,
      attempt: 2,
      scope,
    },
  );

test('names the frozen document by version and hash: a document that changed later is refused', () => {
  expect(input()).toMatchObject({
    DocumentName: 'rollback-test-clear',
    DocumentVersion: '3',
    DocumentHash: 'abc',
    DocumentHashType: 'Sha256',
  });
});

test('names hosts by id, never by tag', () => {
  expect(input()).toMatchObject({ InstanceIds: ['i-1', 'i-2'] });
  expect(input()).not.toHaveProperty('Targets');
});

test('passes the rollback, its fence, the start of the row window, and the timeout to the host', () => {
  expect(input().Parameters).toEqual({
    executionTimeout: ['120'],
    Step: ['clear-cache'],
    Kind: ['step'],
    RollbackId: ['r-1'],
    Fence: ['7'],
    WindowStart: ['2026-03-02T08:00:00Z'],
  });
});

test('a runbook cannot override the rollback that commands', () => {
  const { Parameters } = input({ command: { parameters: { Fence: '99', RollbackId: 'r-0' } } });
  expect(Parameters).toMatchObject({ Fence: ['7'], RollbackId: ['r-1'] });
});

test('delivery to a host times out after a minute', () => {
  expect(input().TimeoutSeconds).toBe(60);
});

test('a host that fails does not stop the step on the others', () => {
  expect(input()).toMatchObject({ MaxConcurrency: '50', MaxErrors: '50' });
});

test('can be found again by rollback, step and attempt', () => {
  expect(input().Comment).toBe('r-1#clear-cache#2');
});

test('its comment has at most 100 characters', () => {
  const id = 'r'.repeat(80);
  expect(input({ id, command: { id: 's'.repeat(60) } }).Comment).toHaveLength(100);
});

test('a document that was not frozen is not run', () => {
  expect(() => input({ command: { document: 'other' } })).toThrow('Document other was not frozen when r-1 opened.');
});
