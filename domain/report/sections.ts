import { counted } from '../counted.ts';
import { logWords } from '../follow-up/log-queries.ts';
import { isOpen } from '../follow-up/tasks.ts';
import type { RollbackEvent } from '../history/event.ts';
import { phaseWords } from '../phases.ts';
import { successCriteria } from '../statistics/success-criteria.ts';
import type { Block, Report } from './document.ts';
import { type Evidence, gap, type ReportFacts } from './facts.ts';

type Section = Report['sections'][number];

export function executiveSummary({ record, events, followUp }: ReportFacts): Section {
  const { severity, trigger, start_time, completion_time, duration_minutes, ending, problem, root_cause } = record;
  const last = followUp?.checks.at(-1);
  return {
    title: 'Executive summary',
    blocks: [
      {
        text: `${severity} rollback of ${phaseWords(record)} (${record.phase_name}), trigger ${trigger}, started ${start_time}. It ended "${ending}" at ${completion_time}, after ${counted(duration_minutes, 'minute')}.`,
      },
      ...(problem === null ? [] : [{ text: `Problem at the end: ${problem}` }]),
      { text: root_cause === null ? gap('the root cause. Nobody has recorded one.') : `Root cause: ${root_cause}` },
      {
        text: last
          ? `Newest check, ${counted(last.hours, 'hour')} after the end: ${last.state}. ${last.says.join(' ')}`
          : gap('whether the system stayed healthy. No check has run yet.'),
      },
      criteria(record, events),
    ],
  };
}

const criteria = (record: ReportFacts['record'], events: ReportFacts['events']): Block => ({
  head: ['success criterion', 'target', 'met', 'found'],
  rows: successCriteria(record, events).map(({ criterion, target, met, says }) => [criterion, target, met, says]),
});

/** Whether a rollback has ended without the fleet: nothing on the hosts was changed. */
const untouched = ({ ending, fence }: ReportFacts['record']): boolean =>
  ending !== null && (fence === null || ending === 'Stood down');

export function technicalDetails({ record, evidence }: ReportFacts): Section {
  const { alarm, assessment, decided, deployment, restored_to, hosts, hosts_not_online, steps, flags } = record;
  const away =
    hosts_not_online.length === 0
      ? ''
      : `, and ${hosts_not_online.length} not online: ${hosts_not_online.slice(0, 10).join(', ')}`;
  return {
    title: 'Technical details',
    blocks: [
      {
        items: [
          alarm
            ? `Alarm: ${alarm.name}, changed at ${alarm.changed_at}.`
            : `Started by ${record.operator ?? 'a person'}: ${record.reason ?? 'no reason given'}`,
          assessment
            ? `Assessment: ${assessment.reasoning.join(' ')}`
            : gap('measured severity. A person set it, or the alarm could not be measured.'),
          decided
            ? `Decision: ${decided.decision}; ${decided.why.join('; ').replace(/\.$/, '') || 'nothing was against it'}.`
            : gap('the decision.'),
          deployment
            ? `Deployment: ${deployment.version}, made ${deployment.at}.`
            : gap('the deployment. None is on record.'),
          untouched(record)
            ? 'No host was touched: the version on the hosts was not changed.'
            : restored_to === null
              ? gap('the version that the hosts run. Recovery was not confirmed.')
              : `Restored to: ${restored_to}.`,
          hosts === null ? gap('the hosts.') : `Hosts: ${hosts}${away}.`,
          ...Object.entries(flags).map(([flag, value]) => `Flag ${flag} was set to ${JSON.stringify(value)}.`),
        ],
      },
      steps.length === 0
        ? { text: untouched(record) ? 'No step was started.' : gap('steps. None was started.') }
        : {
            head: ['step', 'state', 'hosts done'],
            rows: steps.map(({ step, verdict, hosts_done }) => [step, verdict, String(hosts_done)]),
          },
      ...evidenceBlocks(evidence),
    ],
  };
}

function evidenceBlocks(evidence: ReportFacts['evidence']): Block[] {
  if (!evidence) return [{ text: gap('metrics and logs of the window. None were collected yet.') }];
  const { collected, key } = evidence;
  return [
    {
      text: `Metrics and logs from ${collected.from} to ${collected.to}; all of them are in the object ${key} of the export's bucket.`,
    },
    metrics(collected.metrics),
    ...logs(collected.logs),
  ];
}

/** The lines themselves are not in a report: they are many, and others wrote them. */
function logs(collected: Evidence['logs']): Block[] {
  if (collected.length === 0) return [{ text: gap('logs. None were collected yet.') }];
  const found = collected.flatMap((one) => ('missing' in one ? [] : [one]));
  const missing = collected.flatMap((one) => ('missing' in one ? [one] : []));
  return [
    ...(found.length === 0
      ? []
      : [
          {
            head: ['logs of', 'lines kept', 'lines found', 'object in the bucket of the export'],
            rows: found.map(({ of, lines, matched, key }) => [logWords[of], String(lines), String(matched), key]),
          },
        ]),
    ...missing.map((one) => ({ text: gap(`logs of ${logWords[one.of]}: ${one.missing}`) })),
  ];
}

function metrics(collected: Evidence['metrics']): Block {
  if ('missing' in collected) return { text: gap(`metrics: ${collected.missing}`) };
  if (collected.found.every(({ values }) => values.length === 0))
    return { text: gap('metrics. CloudWatch has no values in the window.') };
  return {
    head: ['metric', 'phase', 'values', 'least', 'most', 'last'],
    rows: collected.found.map(({ metric, phase, values }) => {
      const all = values.map(({ value }) => value);
      const last = values.at(-1)?.value;
      return [
        metric,
        String(phase),
        String(all.length),
        ...(last === undefined ? ['none', 'none', 'none'] : [least(all), most(all), last].map(String)),
      ];
    }),
  };
}

const least = (all: readonly number[]) => all.reduce((a, b) => Math.min(a, b));
const most = (all: readonly number[]) => all.reduce((a, b) => Math.max(a, b));

export function businessImpact({ record }: ReportFacts): Section {
  const { breaching_since, service_impact_minutes, data_loss, also_undone } = record;
  return {
    title: 'Business impact',
    blocks: [
      {
        items: [
          breaching_since === null
            ? gap('since when the system was worse than it should be.')
            : `The metric crossed its threshold at ${breaching_since}.`,
          service_impact_minutes === null
            ? gap('minutes of service impact.')
            : `Service impact: ${counted(service_impact_minutes, 'minute')}.`,
          untouched(record)
            ? 'Data lost by the rollback: no, it touched no host.'
            : data_loss === null
              ? gap('whether data was lost.')
              : `Data lost: ${data_loss ? 'yes' : 'no'}.`,
          ...(also_undone.length === 0 || untouched(record) ? [] : [`Also undone: phases ${also_undone.join(', ')}.`]),
          gap('orders, clients and money concerned. The product does not see them; a person must add them.'),
        ],
      },
    ],
  };
}

export function timeline({ events }: ReportFacts): Section {
  const told = events.filter(({ type }) => type !== 'Sealed');
  return {
    title: 'Detailed timeline',
    blocks: [{ head: ['time', 'event', 'detail'], rows: told.map((event) => [event.at, event.type, detailOf(event)]) }],
  };
}

const toldDetails = [
  'step',
  'severity',
  'decision',
  'answer',
  'operator',
  'reason',
  'ending',
  'problem',
  'message',
  'state',
  'title',
  'note',
  'report',
  'root_cause',
];

const detailOf = ({ detail }: RollbackEvent): string =>
  toldDetails.flatMap((name) => (typeof detail[name] === 'string' ? [`${name}: ${detail[name]}`] : [])).join('; ');

export function rootCause({ record, followUp }: ReportFacts): Section {
  const { root_cause, annotation, problem } = record;
  const analysis = (followUp?.tasks ?? []).filter(({ kind }) => kind === 'root cause');
  return {
    title: 'Root cause and contributing factors',
    blocks: [
      {
        text:
          root_cause === null
            ? gap('the root cause. Record it with rollback annotate.')
            : `Root cause, by ${annotation?.operator ?? 'a person'}: ${root_cause}`,
      },
      ...(annotation?.note ? [{ text: `Note: ${annotation.note}` }] : []),
      ...(annotation?.false_positive ? [{ text: 'The alarm was a false positive, by the annotation.' }] : []),
      {
        items:
          analysis.length === 0
            ? [gap('the analysis. No follow-up has begun.')]
            : analysis.map((one) =>
                isOpen(one)
                  ? gap(`${one.title} (task ${one.number}, open).`)
                  : `${one.title}: ${one.note} (${one.done_by}, ${one.done_at})`,
              ),
      },
      { items: factors(record, problem) },
    ],
  };
}

/** Contributing factors that the record shows by itself. */
function factors(
  { limit_missed, hosts_not_online, joined, left_out }: ReportFacts['record'],
  problem: string | null,
): string[] {
  const all = [
    ...(limit_missed ? ['The rollback missed its time limit.'] : []),
    ...(hosts_not_online.length > 0
      ? [`${counted(hosts_not_online.length, 'host was', 'hosts were')} not online.`]
      : []),
    ...(joined.length > 0 ? [`${counted(joined.length, 'more alarm')} turned red meanwhile.`] : []),
    ...(left_out.length > 0 ? ['People left hosts or steps out.'] : []),
    ...(problem === null ? [] : [`The rollback ended with a problem: ${problem}`]),
  ];
  return all.length === 0 ? [gap('contributing factors. The record shows none.')] : all;
}

export function recommendations({ record }: ReportFacts, title: string): Section {
  const measures = record.prevention_measures ?? [];
  return {
    title,
    blocks: [
      measures.length === 0
        ? { text: gap('prevention measures. Record them with rollback annotate.') }
        : { items: measures },
    ],
  };
}

export function tasksSection({ followUp }: ReportFacts, title: string): Section {
  const tasks = followUp?.tasks ?? [];
  return {
    title,
    blocks: [
      tasks.length === 0
        ? { text: gap('tasks and corrective actions. No follow-up has begun.') }
        : {
            head: ['task', 'kind', 'what', 'owner', 'due', 'state'],
            rows: tasks.map((one) => [
              ...[String(one.number), one.kind, one.title, one.owner ?? 'nobody', one.due],
              isOpen(one) ? 'open' : `done ${one.done_at} by ${one.done_by}: ${one.note}`,
            ]),
          },
    ],
  };
}
