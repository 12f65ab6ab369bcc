import { clientSettings, type FunctionPlace, type Handler } from 'embedded-aws/in-process';
import { seeded } from 'embedded-aws/random';
import * as aws from '../lambdas/wiring/aws-clients.ts';
import { functions, type Wire } from '../lambdas/wiring/functions.ts';
import { settingsFrom } from '../lambdas/wiring/settings.ts';

/** Makes the handler of a function: the product's own, wired with clients whose requests stay in this process. */
export function handlerOf({ configuration, environment, now, sleep, carry }: FunctionPlace): Handler {
  const settings = clientSettings({
    carry,
    sleep,
    region: environment['AWS_REGION'] ?? '',
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
    random: seeded(configuration.name.length),
  });
  // S3's SDK puts the bucket into the host's name unless that is an address; the account finds it in the path.
  const settingsOfS3 = { ...settings, forcePathStyle: true };
  const clients = {
    appConfig: aws.appConfigClient(settings),
    cloudWatch: aws.cloudWatchClient(settings),
    dynamoDb: aws.dynamoDbClient(settings),
    ec2: aws.ec2Client(settings),
    s3: aws.s3Client(settingsOfS3),
    sns: aws.snsClient(settings),
    ssm: aws.ssmClient(settings),
    stepFunctions: aws.stepFunctionsClient(settings),
  };
  return wiringOf(configuration.name)(clients, settingsFrom(environment), { now, sleep }) as Handler;
}

/** Finds the wiring of a function by its name in the account, `rollback-<environment>-<function>`. */
function wiringOf(functionName: string): Wire {
  const found = Object.entries(functions).find(([name]) => functionName.endsWith(`-${name}`));
  if (!found) throw new Error(`${functionName} is none of the functions in lambdas/wiring/functions.ts.`);
  return found[1] as Wire;
}
