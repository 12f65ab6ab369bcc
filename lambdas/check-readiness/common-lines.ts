import { contentHash } from '../../domain/content-hash.ts';
import type { FleetHost } from '../../domain/host/inventory.ts';
import {
  agentsLine,
  contactsLine,
  documentsLine,
  fleetLine,
  machinesLine,
  quotasLine,
  trustLine,
} from '../../domain/ready/account-lines.ts';
import { type Line, type LineId, unknown } from '../../domain/ready/readiness.ts';
import { older } from '../operations/freeze-hosts.ts';
import { checkedBefore, reviewedDocument } from '../operations/reviewed-document.ts';
import type { CheckInvocation, ReadinessDeps } from './deps.ts';

/** Returns the lines that are the same for every phase. A line whose facts cannot be read is not ready. */
export async function commonLines(
  deps: ReadinessDeps,
  { fleet, documents }: Pick<CheckInvocation, 'fleet' | 'documents'>,
  all: readonly FleetHost[],
): Promise<Line[]> {
  const [hosts, missing] = [all.filter((host) => !host.missing), all.filter((host) => host.missing)];
  const line = (id: LineId, make: () => Promise<Line>): Promise<Line> =>
    make().catch((error: unknown) => unknown(id, error));
  return Promise.all([
    line('contacts', () => contacts(deps)),
    line('machines', async () => machinesLine(deps.machines, await deps.definitions(Object.keys(deps.machines)))),
    line('agents', async () => agentsLine(hosts, older, missing)),
    line('documents', async () => documentsLine(documents.length, await documentProblems(deps, documents))),
    line('quotas', async () => quotasLine(await deps.quotas())),
    line('trust', async () => trustLine(deps.trustEvidence, deps.ages.trust_days, deps.now())),
    line('fleet', async () => fleetLine(await deps.locks.holder(fleet))),
  ]);
}

async function contacts({ contacts, subscriptions, confirmedContacts, ages, now }: ReadinessDeps): Promise<Line> {
  const [subscribed, confirmed] = await Promise.all([subscriptions(), confirmedContacts.read()]);
  return contactsLine({
    ...{ subscriptions: subscribed, contacts, hash: contentHash(contacts), confirmed },
    ...{ days: ages.contacts_days, now: now() },
  });
}

/** Returns a sentence per document without the reviewed content. Most are known from the check that runs every five minutes. */
async function documentProblems(
  { knownDocuments, managedInstances }: ReadinessDeps,
  documents: CheckInvocation['documents'],
): Promise<string[]> {
  const known = await checkedBefore(knownDocuments, documents);
  const problems: string[] = [];
  for (const one of documents.filter(({ name }) => !known[name])) {
    const found = await reviewedDocument(managedInstances, one).catch((error: Error) => ({
      problem: `Document ${one.name}: ${error.name}`,
    }));
    if ('problem' in found) problems.push(found.problem);
  }
  return problems;
}
