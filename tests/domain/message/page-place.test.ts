import { describe, expect, test } from 'vitest';
import { pageAddress, throughPortal } from '../../../domain/message/page-place.ts';

const arn = 'arn:aws:states:eu-west-1:111122223333:execution:rollback-production-phase-1:r-1';
const address =
  'https://eu-west-1.console.aws.amazon.com/s3/object/rollback-production-history-111122223333-eu-west-1?region=eu-west-1&prefix=pages%2Fr-1.html';

describe('the link to an incident page', () => {
  test('is the object’s page in the console, and never presigned', () => {
    expect(pageAddress('r-1', arn)).toBe(address);
    expect(pageAddress('r-1', arn)).not.toMatch(/X-Amz|Signature/i);
  });

  test.each([
    [
      'the embedded account, which has no console',
      'arn:aws:states:us-east-1:000000000000:execution:rollback-local-phase-1:r',
    ],
    ['no execution', null],
    ['another machine', 'arn:aws:states:eu-west-1:111122223333:execution:rollback-production-decide:r-1'],
  ])('there is none for %s', (_, execution) => expect(pageAddress('r-1', execution)).toBeNull());

  test('leads through the access portal if there is one', () => {
    const portal = 'https://d-1234567890.awsapps.com/start';
    const text = `Page: ${address}\nExecution: ${arn}; page: ${address}; next`;
    const led = `${portal}/#/console?account_id=111122223333&destination=${encodeURIComponent(address)}`;
    expect(throughPortal(text, portal)).toBe(`Page: ${led}\nExecution: ${arn}; page: ${led}; next`);
    expect(throughPortal(text, null)).toBe(text);
  });
});
