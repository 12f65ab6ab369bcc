import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readEnvironment, readFirstFlags, readInfra } from '../config/infra.ts';
import { renderedText, stateMachines } from '../statemachines/state-machines.ts';
import { RollbackStack } from './rollback-stack.ts';

// `cdk synth -c environment=staging`; account and region come from the environment's file, so no AWS credentials are needed.
const app = new App();
// What they find and nobody acknowledged, beside the thing it concerns and with a reason, fails the synthesis.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
const environmentName = String(app.node.tryGetContext('environment') ?? 'local');
try {
  const infra = readInfra(); // first: it says every mistake at once
  const environment = readEnvironment(environmentName);
  new RollbackStack(app, `rollback-${environmentName}`, {
    description: 'Undoes a failed deployment phase on a fleet of trading hosts.',
    terminationProtection: !environment.endpoint,
    env: { account: environment.account, region: environment.region },
    suppressTemplateIndentation: true, // the scripts make it large; CloudFormation takes 1 MB
    environmentName,
    environment,
    infra,
    firstFlags: readFirstFlags(),
    definitions: Object.fromEntries(
      Object.entries(stateMachines(infra)).map(([name, machine]) => [name, renderedText(machine)]),
    ),
  });
  app.synth();
} catch (error) {
  // A mistake in infra/ is for its author: one sentence, no stack. At once, since what is half made would be synthesized at the end.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
