import { SSMClient } from '@aws-sdk/client-ssm';

type Request = Readonly<Record<string, unknown>>;

/** The real SSM client with responses written by hand; `requests` are the requested actions. */
export function stubbedSystemsManager(
  responses: Readonly<Record<string, (request: Request) => object>>,
  maxAttempts = 1,
) {
  const requests: { action: string; request: Request }[] = [];
  const ssm = new SSMClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) => {
        const action = String(headers['x-amz-target']).split('.')[1] ?? '';
        const request = JSON.parse(new TextDecoder().decode(body)) as Request;
        requests.push({ action, request });
        const response = responses[action]?.(request) ?? { __type: 'UnknownOperationException' };
        const statusCode = '__type' in response ? 400 : 200;
        return { response: { statusCode, headers: {}, body: Buffer.from(JSON.stringify(response)) } };
      },
    },
  });
  return { ssm, requests };
}
