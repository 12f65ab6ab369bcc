import { parseAnnotation } from '../../domain/afterwards/annotation.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { findingLines } from '../text/afterwards-text.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import type { ActingOptions } from './acting-on.ts';
import { startPersonsMachine } from './persons-machine.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly operator?: string;
  readonly rootCause?: string;
  readonly prevention?: readonly string[];
  readonly note?: string;
  readonly falsePositive?: boolean;
  readonly link?: readonly string[];
  readonly json?: boolean;
};

export async function annotate(rollback: string, given: Options): Promise<number> {
  const { operator, rootCause, prevention, note, falsePositive, link, json = false, ...account } = given;
  const input = {
    rollback,
    operator,
    root_cause: rootCause,
    prevention_measures: prevention,
    note,
    false_positive: falsePositive,
    links: link,
  };
  refuseEarly(parseAnnotation, input, 'operator', 'root-cause', 'prevention', 'note', 'false-positive', 'link');
  return startPersonsMachine(account, {
    machine: 'annotate',
    input,
    what: 'the annotation',
    does: `annotate rollback ${rollback}, as ${operator}`,
    accepted: (record: RollbackRecord) => (json ? findingsJson(record) : findingsText(rollback, record, account)),
  });
}

const findingsJson = ({ root_cause, prevention_measures, annotation }: RollbackRecord) =>
  JSON.stringify({ root_cause, prevention_measures, annotation }, null, 2);

const findingsText = (rollback: string, record: RollbackRecord, { environment }: ActingOptions) =>
  [
    `Annotated rollback ${rollback}. Its record shows:`,
    ...findingLines(record),
    'See the whole record:',
    `  ${showCommand(rollback, environment)}`,
  ].join('\n');
