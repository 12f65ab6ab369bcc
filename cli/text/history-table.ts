import stringWidth from 'fast-string-width';
import type { RecordSummary } from '../../domain/history/record-index.ts';

type Column = {
  readonly title: string;
  readonly value: (rollback: RecordSummary) => string;
  readonly right?: true;
};

/** A value that has none is `-`. */
const shown = (value: unknown) => (value === null || value === undefined ? '-' : String(value));
const yesOrNo = (value: boolean | null) => (value === null ? '-' : value ? 'yes' : 'no');

/** In the order of the table. */
const columns: readonly Column[] = [
  { title: 'STARTED (UTC)', value: ({ start_time }) => start_time.slice(0, 19).replace('T', ' ') },
  { title: 'ROLLBACK', value: ({ rollback_id }) => rollback_id },
  { title: 'PHASE', value: ({ phase, phases }) => shown(phases?.join(',') ?? phase), right: true },
  { title: 'SEVERITY', value: ({ severity }) => shown(severity) },
  { title: 'TRIGGER', value: ({ trigger }) => shown(trigger) },
  { title: 'ENDING', value: ({ ending }) => ending ?? 'not ended' },
  { title: 'MINUTES', value: ({ duration_minutes }) => duration_minutes?.toFixed(2) ?? '-', right: true },
  {
    title: 'LIMIT',
    value: ({ deadline, limit_missed, ending }) => {
      if (deadline === null) return '-';
      if (limit_missed) return 'missed';
      return ending === null ? '-' : 'kept';
    },
  },
  { title: 'HOSTS', value: ({ hosts }) => shown(hosts), right: true },
  { title: 'VERSION', value: ({ version }) => shown(version) },
  { title: 'OPERATOR', value: ({ operator }) => shown(operator) },
  { title: 'CAUSE', value: ({ cause }) => (cause ? 'set' : '-') },
  { title: 'DATA LOSS', value: ({ data_loss }) => yesOrNo(data_loss) },
];

/** The columns that a narrow terminal leaves out, the first first. Time, id and phase always stay. */
const leftOut = [
  ...['DATA LOSS', 'VERSION', 'HOSTS', 'CAUSE', 'TRIGGER'],
  ...['OPERATOR', 'LIMIT', 'SEVERITY', 'MINUTES', 'ENDING'],
];

/** The widest cell of a terminal. Ids are wider, but they are pasted, so they are never cut. */
const widestCell = 24;

/**
 * Returns rollbacks as a table. `width`: the columns of the terminal, into which the table is made to fit; undefined:
 * there is no terminal, and nothing is cut or left out.
 */
export function historyTable(rollbacks: readonly RecordSummary[], width: number | undefined): string[] {
  const all = columns.map((column) => {
    const cells = rollbacks.map((rollback) => cell(column, rollback, width !== undefined));
    return { ...column, cells, wide: Math.max(...[column.title, ...cells].map((text) => stringWidth(text))) };
  });
  const fitting = thatFit(all, width ?? Number.POSITIVE_INFINITY);
  const line = (cellOf: (column: (typeof all)[number]) => string) =>
    fitting
      .map((column) => padded(cellOf(column), column))
      .join(gap)
      .trimEnd();
  const missing = all.filter((one) => !fitting.includes(one)).map(({ title }) => title.toLowerCase());
  return [
    line(({ title }) => title),
    ...rollbacks.map((_, i) => line(({ cells }) => cells[i] ?? '')),
    ...(missing.length > 0 ? [`Too narrow for: ${missing.join(', ')}. --json and --csv have every field.`] : []),
  ];
}

const gap = '  ';

function thatFit<One extends Column & { readonly wide: number }>(all: readonly One[], width: number): readonly One[] {
  const needed = (some: readonly One[]) => some.reduce((sum, { wide }) => sum + wide + gap.length, -gap.length);
  let kept = all;
  for (const title of leftOut) {
    if (needed(kept) <= width) break;
    kept = kept.filter((one) => one.title !== title);
  }
  return kept;
}

/** Returns one value. Control and direction characters in it would garble the terminal, so each becomes `?`. */
function cell({ title, value }: Column, rollback: RecordSummary, isCut: boolean): string {
  const text = value(rollback).replaceAll(/\p{C}/gu, '?');
  return isCut && title !== 'ROLLBACK' ? cut(text) : text;
}

/** Cuts between characters as a person sees them, some of which are two columns wide. */
function cut(text: string): string {
  if (stringWidth(text) <= widestCell) return text;
  let short = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(short + segment) >= widestCell) break;
    short += segment;
  }
  return `${short}…`;
}

function padded(text: string, { wide, right }: Column & { readonly wide: number }): string {
  const spaces = ' '.repeat(wide - stringWidth(text));
  return right ? spaces + text : text + spaces;
}
