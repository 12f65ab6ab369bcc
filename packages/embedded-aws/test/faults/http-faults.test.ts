import { expect, test } from 'vitest';
import { ActionFaults } from '../../src/faults/action-faults.ts';
import { withFaults } from '../../src/faults/http-faults.ts';
import type { AwsError } from '../../src/wire/aws-error.ts';
import type { HttpRequest } from '../../src/wire/http-service.ts';

const request: HttpRequest = { method: 'POST', path: '/', headers: {}, body: Buffer.from('') };
const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };

/** Makes a service that publishes, and answers errors as text. `published` counts its effects. */
function service(fault: Partial<Parameters<ActionFaults['add']>[0]>) {
  const faults = new ActionFaults(
    () => {},
    () => 0,
  );
  faults.add({ action: 'sns:Publish', error: 'InternalError', fails: 1, ...fault });
  const published: string[] = [];
  const handle = withFaults(
    async (_, authorize) => {
      try {
        authorize([{ action: 'sns:Publish', resource: '*' }]);
        published.push('one');
        return { status: 200, headers: { 'content-type': 'text/xml' }, body: '<ok/>' };
      } catch (error) {
        const { statusCode, code } = error as AwsError;
        return { status: statusCode, headers: {}, body: `<error>${code}</error>` };
      }
    },
    faults,
    () => {},
  );
  return { published, faults, ask: async () => handle(request, caller) };
}

test('a fault before the action prevents its effect', async () => {
  const { ask, published } = service({});
  expect(await ask()).toMatchObject({ status: 500, body: '<error>InternalError</error>' });
  expect(published).toEqual([]);
});

test('a fault after the action has the error of the service’s protocol, and the effect once', async () => {
  const { ask, published, faults } = service({ done: true });
  expect(await ask()).toMatchObject({ status: 500, body: '<error>InternalError</error>' });
  expect(published).toEqual(['one']);
  expect(faults.unmet()).toEqual([]);
});

test('a lost response has the status of no response', async () => {
  expect(await service({ done: true, error: 'NoResponse' }).ask()).toMatchObject({ status: 0 });
});

test('a garbled response is a success whose body is a cut page', async () => {
  const { ask, published } = service({ error: 'GarbledResponse' });
  const { status, headers, body } = await ask();
  expect([status, headers['content-type'], String(body).slice(0, 6)]).toEqual([200, 'text/html', '<html>']);
  expect(published).toEqual(['one']);
});

test('the call after the last fault is answered', async () => {
  const { ask } = service({ done: true });
  await ask();
  expect(await ask()).toMatchObject({ status: 200, body: '<ok/>' });
});
