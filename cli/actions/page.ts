import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Gathered } from '../../domain/evidence/gathered.ts';
import { incidentPage } from '../../domain/page/incident-page.ts';
import { pageModel, withoutLongTexts } from '../../domain/page/page-model.ts';
import { type AccountOptions, connect } from '../account/clients.ts';
import { gatherEvidence } from '../account/gather-evidence.ts';
import { readPage } from '../account/read-page.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';

type Options = AccountOptions & { readonly out?: string; readonly json?: boolean };

export async function page(id: string, { out: named, json = false, ...account }: Options): Promise<number> {
  const connection = await connect(account);
  return withAccount(connection, async () => {
    const gathered = await gatherEvidence(connection, id);
    if (!gathered) {
      printFailure(`Environment ${connection.name} has no rollback ${id}. Nothing was written.`);
      return 1;
    }
    const facts = await readPage(connection, gathered, Date.now());
    if (json) console.log(JSON.stringify(withoutLongTexts(pageModel(facts)), null, 2));
    if (!json || named !== undefined) {
      const out = named ?? `incident-${id.replaceAll(/[^A-Za-z0-9._-]/g, '_')}.html`;
      const html = incidentPage(facts);
      write(out, html);
      if (!json) print(wrote(out, html, gathered));
    }
    return gathered.history.whole ? 0 : 1;
  });
}

/** A page that is there already is an older one of the same rollback, or was named: it is replaced. */
function write(out: string, html: string): void {
  try {
    writeFileSync(out, html);
  } catch (error) {
    throw new UsageError(
      `Cannot write ${out}: ${(error as Error).message}. Name another file with --out; its folder ${dirname(out)} must exist.`,
    );
  }
}

const wrote = (out: string, html: string, { history }: Gathered): string =>
  [
    `Wrote ${out}: ${Math.ceil(Buffer.byteLength(html) / 1000)} KB. Open it in a browser; it needs no network.`,
    `  history    ${history.says}`,
  ].join('\n');
