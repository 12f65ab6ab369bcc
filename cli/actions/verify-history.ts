import { type Report, verifyHistory as verify } from '../../domain/history/verify-history.ts';
import { accountNow } from '../account/account-controls.ts';
import { type AccountOptions, connect } from '../account/clients.ts';
import { exportFolder } from '../account/export-folder.ts';
import { historySource } from '../account/history-source.ts';
import { pollingInterrupt } from '../account/interrupt.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';
import { phases } from '../text/known-names.ts';
import { withProgress } from '../text/progress.ts';
import { verifiedText } from '../text/verified-text.ts';

type Options = AccountOptions & {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly fromExport?: string;
};

export async function verifyHistory(id: string | undefined, options: Options): Promise<number> {
  const { all = false, json = false, fromExport, ...account } = options;
  if (id !== undefined && all) throw new UsageError(`Found the rollback ${id} and --all. Leave out one of them.`);
  if (id === undefined && !all && fromExport === undefined)
    throw new UsageError('Name a rollback, or verify the whole history:\n  npm run rollback -- verify-history --all');
  const report =
    fromExport === undefined
      ? await inAccount(id, account)
      : await run(exportFolder(fromExport), { only: id, now: Date.now() });
  const [finding] = report.findings;
  if (!json && report.complete && report.breaks === 1 && finding?.says.startsWith('UNKNOWN: ')) {
    printFailure(`${finding.says.slice('UNKNOWN: '.length)}. Everything else is intact.`);
    return 1;
  }
  if (json) console.log(JSON.stringify(report, null, 2));
  else print(verifiedText(report));
  if (!report.complete) return 130;
  return report.breaks > 0 ? 1 : 0;
}

async function inAccount(id: string | undefined, account: AccountOptions): Promise<Report> {
  const connection = await connect(account);
  const numbers = phases.values().map(({ value }) => Number(value));
  const source = historySource(connection, { phases: numbers, listsExecutions: id === undefined });
  try {
    return await withAccount(connection, async () => run(source, { only: id, now: await accountNow(connection) }));
  } catch (error) {
    // Without a permission nothing is known about the history: that is not the exit code of a break.
    if (/AccessDenied/.test(String((error as Error).cause))) throw new UsageError((error as Error).message);
    throw error;
  }
}

/** The work in stages of seconds: fewer lines than rollbacks where no terminal renews one line. */
const linesApart = 2000;

async function run(
  source: Parameters<typeof verify>[0],
  { only, now }: { readonly only: string | undefined; readonly now: number },
): Promise<Report> {
  let said = 0;
  return withProgress('Verifying the history', ({ stage }) =>
    pollingInterrupt((stopped) =>
      verify(source, {
        ...(only === undefined ? {} : { only }),
        now,
        progress: (line) => {
          if (!process.stderr.isTTY && Date.now() - said < linesApart) return;
          said = Date.now();
          stage(line);
        },
        stopped,
      }),
    ),
  );
}
