import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { accountNow } from '../account/account-controls.ts';
import { type AccountOptions, connect } from '../account/clients.ts';
import { type DrawnPage, drawPage } from '../account/draw-page.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';
import { rollbackMachines } from '../text/known-names.ts';

type Options = AccountOptions & { readonly out?: string; readonly json?: boolean };

export async function page(id: string, { out: named, json = false, ...account }: Options): Promise<number> {
  const connection = await connect(account);
  return withAccount(connection, async () => {
    const drawn = await drawPage(connection, id, { machines: rollbackMachines(), now: await accountNow(connection) });
    if (!drawn) {
      printFailure(
        `Environment ${connection.name} has no rollback ${id}. Nothing was written. If it was there once, verify-history ${id} says what is left of it.`,
      );
      return 1;
    }
    if (json) console.log(JSON.stringify(drawn.data, null, 2));
    if (!json || named !== undefined) {
      const out = named ?? `incident-${id.replaceAll(/[^A-Za-z0-9._-]/g, '_')}.html`;
      write(out, drawn.html);
      if (!json) print(wrote(out, drawn));
    }
    return drawn.history.whole ? 0 : 1;
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

const wrote = (out: string, { html, history }: DrawnPage): string =>
  [
    `Wrote ${out}: ${Math.ceil(Buffer.byteLength(html) / 1000)} KB. Open it in a browser; it needs no network.`,
    `  history    ${history.says}`,
  ].join('\n');
