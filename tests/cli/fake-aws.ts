import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as AWS would see it. `accessKeyId` is the one that signed it. */
type Request = { readonly action: string; readonly accessKeyId: string; readonly input: unknown };

type Answers = {
  /** The account that GetCallerIdentity returns, or the error code with which every call fails. */
  readonly account?: string;
  readonly error?: string;
};

/**
 * Listens on a port of its own and answers the few calls that a command makes on AWS, over the wire and in AWS's formats.
 *
 * The embedded account cannot stand in for AWS here: its environment has an endpoint, so no credentials are looked for.
 */
export async function fakeAws({ account = '111122223333', error }: Answers) {
  const requests: Request[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = await text(incoming);
    const target = incoming.headers['x-amz-target'];
    const action =
      typeof target === 'string' ? (target.split('.').at(-1) ?? '') : (/Action=(\w+)/.exec(body)?.[1] ?? '');
    const accessKeyId = /Credential=([^/]+)/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
    requests.push({ action, accessKeyId, input: target ? JSON.parse(body) : body });
    const [status, answer] = error ? failure(error, action) : [200, results(account)[action] ?? '{}'];
    outgoing.writeHead(status, { 'content-type': answer.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.0' });
    outgoing.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, requests, close: () => new Promise((resolve) => server.close(resolve)) };
}

const executionArn = 'arn:aws:states:us-east-1:111122223333:execution:rollback-staging-release:e-1';

const results = (account: string): Readonly<Record<string, string>> => ({
  GetCallerIdentity: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::${account}:assumed-role/operator/ana</Arn><UserId>A:ana</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  StartExecution: JSON.stringify({ executionArn, startDate: 1_772_442_000 }),
  DescribeExecution: JSON.stringify({
    executionArn,
    stateMachineArn: 'arn:m',
    startDate: 1_772_442_000,
    status: 'SUCCEEDED',
    output: JSON.stringify({ fleet: 'trading', released: 'r-1' }),
  }),
  GetExecutionHistory: JSON.stringify({ events: [] }),
});

const failure = (code: string, action: string): [number, string] =>
  action === 'GetCallerIdentity'
    ? [
        403,
        `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>said AWS</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
      ]
    : [400, JSON.stringify({ __type: code, message: 'said AWS' })];
