// The account process of lifeline.test.ts: sends a script to a host and then waits to be killed.
// Arguments: a folder that contains a toolbox and a host; the commands of the script.
import { join } from 'node:path';
import { realClock } from '../../src/clock/clock.ts';
import { seeded } from '../../src/clock/random.ts';
import { keptIn } from '../../src/ssm/kept-scripts.ts';
import { scriptStarter } from '../../src/ssm/script-starter.ts';
import { ssm } from '../../src/ssm/ssm.ts';

const [folder = '', ...runCommand] = process.argv.slice(2);
const account = ssm(
  { clock: realClock(), random: seeded(1), region: 'eu-west-1', accountId: '000000000000', tell: () => {} },
  [
    {
      instanceId: 'i-00000000000000001',
      name: 'host-1',
      folder: join(folder, 'host-1'),
      tags: {},
      platform: { PlatformType: 'Linux', PlatformName: 'Amazon Linux', PlatformVersion: '2023' },
      agentVersion: '3.3.2746.0',
      reachable: true,
    },
  ],
  {
    toolbox: join(folder, 'toolbox'),
    keepScript: keptIn(join(folder, 'run')),
    modelledDurations: false,
    run: scriptStarter().run,
  },
);
const content = {
  schemaVersion: '2.2',
  mainSteps: [{ action: 'aws:runShellScript', name: 'run', inputs: { runCommand } }],
};
account.createDocument({ name: 'endless', content, documentType: 'Command' });
const request = { DocumentName: 'endless', InstanceIds: ['i-00000000000000001'] };
await account.actions.SendCommand.run(account.state, request, { arn: 'arn:aws:iam::000000000000:user/ana' });
