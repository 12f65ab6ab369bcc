import { App, Validations } from 'aws-cdk-lib';
import { calendarSetting, endingCalendars } from '../config/calendars.ts';
import { readEnvironment } from '../config/environments.ts';
import { readFirstFlags, readInfra } from '../config/infra.ts';
import { readTrustEvidence } from '../config/trust-evidence.ts';
import { filesOfRollbacks } from '../statemachines/files-of-rollbacks.ts';
import { renderedText, stateMachines } from '../statemachines/state-machines.ts';
import { RollbackStack } from './rollback-stack.ts';

// Run by `cdk synth -c environment=staging`. Account and region come from the environment's file, so synthesis needs no
// AWS credentials.
const app = new App();
// A finding fails the synthesis unless its construct acknowledges it with a reason. Only the synthesis of an embedded
// account has no review: nothing is deployed from it, and the packs take a third of its time.
if (process.env['ROLLBACK_REVIEW'] !== 'false') {
  const { AwsSolutionsChecks, ServerlessChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}
const environmentName = String(app.node.tryGetContext('environment') ?? 'local');
try {
  const infra = readInfra(); // first, because it reports every mistake at once
  const environment = readEnvironment(environmentName);
  for (const warning of endingCalendars(environment, Date.now())) console.error(`Warning: ${warning}`);
  new RollbackStack(app, `rollback-${environmentName}`, {
    description: 'Undoes a failed deployment phase on a fleet of trading hosts.',
    terminationProtection: !environment.endpoint,
    env: { account: environment.account, region: environment.region },
    suppressTemplateIndentation: true, // the scripts make it large; CloudFormation takes 1 MB
    environmentName,
    environment,
    calendar: calendarSetting(environment, infra.triggers),
    infra,
    firstFlags: readFirstFlags(),
    trustEvidence: readTrustEvidence(environmentName, {
      triggers: infra.triggers,
      present: filesOfRollbacks(environmentName, infra),
    }),
    definitions: Object.fromEntries(
      Object.entries(stateMachines(infra)).map(([name, machine]) => [name, renderedText(machine)]),
    ),
  });
  app.synth();
} catch (error) {
  // A mistake in infra/ is its author's: print one sentence and no stack trace. Exit at once, because the CDK would
  // otherwise synthesize the incomplete stack when the process ends.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
