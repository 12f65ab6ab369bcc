/** The names of AWS's services by the names of their clients. */
const services: Readonly<Record<string, string>> = {
  AppConfigClient: 'AppConfig',
  CloudWatchClient: 'CloudWatch',
  DynamoDBClient: 'DynamoDB',
  EC2Client: 'EC2',
  EventBridgeClient: 'EventBridge',
  S3Client: 'S3',
  SFNClient: 'Step Functions',
  SNSClient: 'SNS',
  SSMClient: 'Systems Manager',
};

type Call = { readonly clientName?: string; readonly commandName?: string };
type Next<Args, Output> = (args: Args) => Promise<Output>;
type Options = { readonly step: 'initialize'; readonly name: string; readonly priority: 'high' };
type Stack = {
  add(middleware: <Args, Output>(next: Next<Args, Output>, call: Call) => Next<Args, Output>, options: Options): void;
};
type Failed = Error & { readonly $metadata?: { readonly attempts?: number } };

/**
 * Makes a client name the service and the action in an error that did not come from the service: no connection, no
 * response. The SDK's own message names neither, and a person reads it in the page.
 */
export function withNamedCalls<Client extends { readonly middlewareStack: unknown }>(client: Client): Client {
  const named =
    <Args, Output>(next: Next<Args, Output>, { clientName = '', commandName = '' }: Call): Next<Args, Output> =>
    async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const service = services[clientName] ?? clientName.replace(/Client$/, '');
        if (error instanceof Error && !('$fault' in error))
          error.message = sentence(service, commandName.replace(/Command$/, ''), error);
        throw error;
      }
    };
  (client.middlewareStack as Stack).add(named, { step: 'initialize', name: 'namedCalls', priority: 'high' });
  return client;
}

function sentence(service: string, action: string, { name, message, $metadata }: Failed): string {
  const times = $metadata?.attempts ?? 1;
  const tried = times > 1 ? ` (tried ${times} times)` : '';
  if (name === 'TimeoutError' && /timeout/i.test(message))
    return `${service} did not respond to ${action} in time${tried}; the call may have taken effect.`;
  return `${service} ${action}${tried}: ${message}`;
}
