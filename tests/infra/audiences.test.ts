import { describe, expect, test } from 'vitest';
import { readInfra } from '../../config/infra.ts';
import { endingMessages } from '../../domain/message/ending-message.ts';
import { audienceOf, type roles } from '../../domain/message/message.ts';

const { templates } = readInfra();
const audience = (name: string): readonly string[] => audienceOf(templates[name]?.split('\n')[1] ?? '') ?? [];

/** The messages that each role needs for its part (procedure, "Incident Response Team"). */
const needed: Readonly<Record<(typeof roles)[number], readonly string[]>> = {
  // Make rollback decision
  'Technical Lead': [...endingMessages, 'question', 'hand-over', 'reminder', 'call', 'acknowledged', 'limit-missed'],
  // Execute rollback procedures
  Operations: [
    ...['question', 'hand-over', 'reminder', 'call', 'acknowledged', 'initial-alert', 'needs-a-person', 'fleet-held'],
    ...['rollback-complete', 'rollback-unverified', 'limit-at-risk', 'limit-missed'],
  ],
  // Verify system health post-rollback
  QA: ['rollback-complete', 'rollback-unverified'],
  // Update stakeholders
  Communications: [
    ...endingMessages.filter((name) => name !== 'observed-only'),
    ...['initial-alert', 'limit-at-risk', 'limit-missed'],
  ],
  // Handle user inquiries
  Support: [...endingMessages.filter((name) => name !== 'observed-only'), 'initial-alert'],
};

describe.each(Object.entries(needed))('%s', (role, messages) => {
  test.each(messages)('gets the message %s', (name) => {
    expect(audience(name)).toContain(role);
  });
});
