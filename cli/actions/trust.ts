import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readInfra } from '../../config/infra.ts';
import { urlOf } from '../../config/infra-files.ts';
import { trustEvidenceFile } from '../../config/trust-evidence.ts';
import { counted } from '../../domain/counted.ts';
import type { HeldDrill } from '../../domain/drill/drill.ts';
import {
  actingTriggers,
  lacks,
  type MadeWith,
  provingDrills,
  type TrustEvidence,
  withContentHash,
} from '../../domain/trust-evidence.ts';
import { filesOfRollbacks } from '../../statemachines/files-of-rollbacks.ts';
import { accountNow } from '../account/account-controls.ts';
import { connectToTables } from '../account/clients.ts';
import type { Identity } from '../account/identity.ts';
import { readHeldDrills } from '../account/read-drills.ts';
import { withAccount } from '../account/with-account.ts';
import { type BacktestReport, backtestText } from '../text/backtest-text.ts';
import { print } from '../text/colour.ts';
import { type BacktestOptions, backtestReport, noData, refuseDates } from './backtest.ts';

type Options = BacktestOptions & { readonly out?: string };

export async function trust({ out, ...options }: Options): Promise<number> {
  refuseDates(options);
  const infra = readInfra();
  const connection = await connectToTables(options);
  const present = filesOfRollbacks(connection.name, infra);
  const found = await withAccount(connection, async (caller) => ({
    caller,
    held: await readHeldDrills(connection),
    now: await accountNow(connection),
  }));
  const report = await backtestReport(options);
  if (!report) {
    console.error(noData(options));
    return 1;
  }
  const evidence = evidenceOf(report, { ...found, present, metrics: options.metrics });
  // As in an environment with auto: it is what the evidence is for. Triggers that may not act need no data.
  const missing = lacks(evidence, actingTriggers({ trust: 'auto' }, infra.triggers));
  print(backtestText(report, { cases: false }));
  if (missing.length > 0) {
    console.error(notWritten(connection.name, missing));
    return 1;
  }
  const own = trustEvidenceFile(connection.name);
  const file = out === undefined ? fileURLToPath(urlOf(own)) : resolve(out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(evidence, null, 2)}\n`);
  console.log(
    `Written: ${out ?? own}, with ${counted(evidence.drills.length, 'drill')} of ${present.phases.length} phases. Commit it with trust: auto in the environment's file, and deploy.`,
  );
  return 0;
}

type Found = {
  readonly caller: Identity | undefined;
  readonly held: readonly HeldDrill[];
  readonly present: MadeWith;
  readonly metrics: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
};

const evidenceOf = (report: BacktestReport, { caller, held, present, metrics, now }: Found): TrustEvidence =>
  withContentHash({
    environment: report.environment,
    written_at: new Date(now).toISOString(),
    written_by: caller?.arn ?? null,
    made_with: present,
    backtest: {
      from: report.from,
      to: report.to,
      metrics: metrics === undefined ? null : { file: basename(metrics), sha256: fileHash(metrics) },
      pairs: report.pairs.map((one) => ({ ...one })),
      missed: report.missed.map(({ id }) => id),
    },
    drills: provingDrills(held, present).map(({ phase, trigger, rollback, at }) => ({ phase, trigger, rollback, at })),
  });

const fileHash = (file: string) =>
  createHash('sha256')
    .update(readFileSync(resolve(file)))
    .digest('hex');

const notWritten = (environment: string, missing: readonly string[]) =>
  [
    'Not written: the evidence is not enough for trust: auto.',
    ...missing.map((one) => `  ${one}`),
    'Drills: deploy these files with trust: approve, then, for each phase:',
    `  npm run rollback -- drill --phase N --environment ${environment}`,
    'Data: have the hosts publish the metric, or leave trust: approve on that trigger in infra/triggers.yaml.',
  ].join('\n');
