import { type FollowUp, followUpOf } from '../../domain/follow-up/follow-up.ts';
import type { ReportKind } from '../../domain/follow-up/schedule.ts';
import { recordOf } from '../../domain/history/record.ts';
import { asHtml, asMarkdown } from '../../domain/report/document.ts';
import { judgedRollback, monthReport } from '../../domain/report/month.ts';
import { reportOf, withAcceptance } from '../../domain/report/reports.ts';
import { accountNow } from '../account/account-controls.ts';
import { type AccountOptions, type ConnectedTables, connectToTables } from '../account/clients.ts';
import { exportBucketOf } from '../account/export-bucket.ts';
import { readEvents } from '../account/read-history.ts';
import { readRollbacksOf } from '../account/read-statistics.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { printData, printFailure } from '../text/colour.ts';
import { chosenMonths } from './stats.ts';

type Options = AccountOptions & { readonly kind: ReportKind; readonly month?: string; readonly html?: boolean };

export async function report(
  rollback: string | undefined,
  { kind, month, html = false, ...account }: Options,
): Promise<number> {
  if ((rollback === undefined) === (month === undefined))
    throw new UsageError('Give the id of a rollback, or --month with a month such as 2026-11.');
  const connection = await connectToTables(account);
  if (month !== undefined) chosenMonths({ month }, await accountNow(connection));
  return withAccount(connection, async () => {
    const written =
      rollback === undefined
        ? await ofMonth(connection, month ?? '', html)
        : await ofRollback(connection, rollback, { kind, html });
    if ('refused' in written) {
      printFailure(written.refused);
      return 1;
    }
    printData(written.text);
    return 0;
  });
}

const instantNow = async (connection: ConnectedTables) => new Date(await accountNow(connection)).toISOString();

type Written = { readonly text: string } | { readonly refused: string };

async function ofMonth(connection: ConnectedTables, month: string, html: boolean): Promise<Written> {
  const found = (await readRollbacksOf(connection, month, 'live', judgedRollback)).filter((one) => one !== undefined);
  // A later rollback of a deployment of this month is among those read; it belongs to its own month.
  const own = found.filter(({ start_time }) => start_time.startsWith(month));
  const report = monthReport(month, own, { environment: connection.name, at: await instantNow(connection) });
  return { text: html ? asHtml(report) : asMarkdown(report) };
}

async function ofRollback(
  connection: ConnectedTables,
  rollback: string,
  { kind, html }: { readonly kind: ReportKind; readonly html: boolean },
): Promise<Written> {
  const events = await readEvents(connection, rollback);
  if (events.length === 0) return { refused: `Environment ${connection.name} has no rollback ${rollback}.` };
  const record = recordOf(events);
  if (record.ending === null)
    return {
      refused: `Rollback ${rollback} has not ended, and a report is about a rollback that has. See how it goes:\n  npm run rollback -- show ${rollback}`,
    };
  const followUp = followUpOf(events);
  const stored = await storedDraft(connection, followUp, { kind, html });
  if (stored !== undefined) return { text: stored };
  const at = await instantNow(connection);
  const report = reportOf(kind, { environment: connection.name, record, events, followUp, evidence: null, at });
  return { text: html ? asHtml(report) : asMarkdown(report) };
}

/** Returns the newest draft that the follow-up stored; undefined if there is none. Undefined also if the caller may not read it. */
async function storedDraft(
  connection: ConnectedTables,
  followUp: FollowUp | undefined,
  { kind, html }: { readonly kind: ReportKind; readonly html: boolean },
): Promise<string | undefined> {
  const { draft = null, accepted = null } = followUp?.reports[kind] ?? {};
  if (!draft) return undefined;
  const key = html ? draft.key.replace(/md$/, 'html') : draft.key;
  const text = await exportBucketOf(connection).text(key).catch(ifDenied);
  if (text === undefined) {
    console.error(
      `The stored draft may not be read with these rights (${key}); this one is made now from the record. The policy of the auditor allows to read it.`,
    );
    return undefined;
  }
  return withAcceptance(text, accepted, html);
}

/** The person on call may not read the bucket; other errors are those of the account. */
function ifDenied(error: Error): undefined {
  if (error.name !== 'AccessDenied') throw error;
}
