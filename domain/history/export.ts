import canonicalize from 'canonicalize';
import { contentHash } from '../content-hash.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import type { BrakeEvent } from './brake-event.ts';
import type { KeptDecision } from './decision-integrity.ts';
import type { RollbackEvent } from './event.ts';
import type { Link } from './link.ts';
import type { RollbackRecord } from './record.ts';

/**
 * The export of the history to S3, as objects that nobody changes:
 *
 * - `rollbacks/<month>/<rollback>/<count>-<head>.json`: a rollback at one of its seals. Month, count and head are those of
 *   the link that confirms the seal, so a later seal is another object.
 * - `brakes/<month>/<count>-<head>.json`: the history of the brakes at one of its changes, with the numbers of its link.
 * - `links/<month>/<from>-<to>-<hash>.json`: consecutive links of a month; `hash` is that of the last.
 *
 * A key names the hash of the chain that its object holds. So a list of keys alone shows whether the history still has it.
 */
export type ExportedRollback = {
  readonly format: 1;
  /** The link whose seal this object holds. */
  readonly link: Link;
  /** Null: the events make none, because the first is missing or changed. */
  readonly record: RollbackRecord | null;
  /** Every event up to the seal. */
  readonly events: readonly RollbackEvent[];
  readonly hosts: readonly KeptVerdict[];
  /** The items of the decisions on its questions: they are in the state table only. */
  readonly decisions: readonly KeptDecision[];
};

export type ExportedBrakes = {
  readonly format: 1;
  /** The link whose change this object holds. */
  readonly link: Link;
  /** Every event up to that change. */
  readonly events: readonly BrakeEvent[];
};

export type ExportedLinks = { readonly format: 1; readonly links: readonly Link[] };

export type Exportable = ExportedRollback | ExportedBrakes | ExportedLinks;

export const exportFormat = 1;

/** Links that are read at once, and stored as one object. */
export const mostLinksAtOnce = 50;

export type SealedLink = Extract<Link, { readonly kind: 'sealed' }>;

const digits = (number: number) => String(number).padStart(8, '0');

export const rollbackExportKey = ({
  month,
  rollback,
  count,
  head,
}: Pick<SealedLink, 'month' | 'rollback' | 'count' | 'head'>) =>
  `rollbacks/${month}/${rollback}/${digits(count)}-${head}.json`;

export type BrakesLink = Extract<Link, { readonly kind: 'brakes changed' }>;

export const brakesExportKey = ({ month, count, head }: Pick<BrakesLink, 'month' | 'count' | 'head'>) =>
  `brakes/${month}/${digits(count)}-${head}.json`;

/** Returns the key of consecutive links. Throws if there are none. */
export function linksExportKey(links: readonly Link[]): string {
  const [first, last] = [links[0], links.at(-1)];
  if (!first || !last) throw new Error('An export of links has at least one link; found none.');
  return `links/${first.month}/${digits(first.sequence)}-${digits(last.sequence)}-${last.hash}.json`;
}

/** An object of the export, as its key describes it. */
export type ExportKey =
  | {
      readonly kind: 'rollback';
      readonly month: string;
      readonly rollback: string;
      readonly count: number;
      readonly head: string;
    }
  | { readonly kind: 'brakes'; readonly month: string; readonly count: number; readonly head: string }
  | {
      readonly kind: 'links';
      readonly month: string;
      readonly from: number;
      readonly to: number;
      readonly hash: string;
    };

const rollbackKey = /^rollbacks\/(\d{4}-\d{2})\/([^/]+)\/(\d{8,})-([0-9a-f]{64})\.json$/;
const brakesKey = /^brakes\/(\d{4}-\d{2})\/(\d{8,})-([0-9a-f]{64})\.json$/;
const linksKey = /^links\/(\d{4}-\d{2})\/(\d{8,})-(\d{8,})-([0-9a-f]{64})\.json$/;

/** Takes a key apart; undefined for one that this product did not write. */
export function parseExportKey(key: string): ExportKey | undefined {
  const [, month = '', rollback = '', count = '', head = ''] = rollbackKey.exec(key) ?? [];
  if (month) return { kind: 'rollback', month, rollback, count: Number(count), head };
  const [, changed = '', events = '', hash256 = ''] = brakesKey.exec(key) ?? [];
  if (changed) return { kind: 'brakes', month: changed, count: Number(events), head: hash256 };
  const [, ofMonth = '', from = '', to = '', hash = ''] = linksKey.exec(key) ?? [];
  return ofMonth ? { kind: 'links', month: ofMonth, from: Number(from), to: Number(to), hash } : undefined;
}

/** Returns the text of an object: canonical JSON (RFC 8785) with the hash of its content. */
export function exportText(content: Exportable): string {
  return canonicalize({ ...content, hash: contentHash(content) }) ?? '';
}

/** Reads an object's text. Throws an Error that says why it is none, or that its hash is not that of its content. */
export function readExportText<Content extends Exportable>(text: string): Content {
  const { hash, ...content } = parsed(text);
  if (content['format'] !== exportFormat)
    throw new Error(
      `has format ${String(content['format'])}; this version reads ${exportFormat}. Use the version that wrote it`,
    );
  if (contentHash(content) !== hash) throw new Error('was changed: its hash is not that of its content');
  return content as unknown as Content;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw new Error('is not JSON: it was cut off or changed');
  }
}

/** Returns the name of the bucket of an environment's export. Bucket names are unique in all of AWS. */
export const exportBucket = (
  environment: string,
  { account, region }: { readonly account: string; readonly region: string },
) => `rollback-${environment}-history-${account}-${region}`;
