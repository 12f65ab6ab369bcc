import { counted } from '../counted.ts';
import type { RollbackEvent } from '../history/event.ts';
import { failedIn } from '../host/failed-hosts.ts';
import { cut } from './shown.ts';
import { shortPrincipal } from './who-decided.ts';

type Detail = RollbackEvent['detail'];

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? 'not known' : JSON.stringify(value);

const list = (value: unknown): string => (Array.isArray(value) ? value.map(text).join(' ') : text(value));

/** The failed hosts in an event of a step, each with its reason; of many, the first. */
function failed(detail: Detail): string {
  const found = failedIn(detail);
  if (found.length === 0) return '';
  const named = found.slice(0, 3).map(({ host, reason }) => `${text(host)}: ${cut(text(reason), 200)}`);
  return ` ${named.join('; ')}${found.length > 3 ? `; and ${found.length - 3} more` : ''}`;
}

const doneOn = ({ hosts_done, hosts }: Detail) => `done on ${text(hosts_done)} of ${text(hosts)} hosts`;

const person = ({ operator, reason }: Detail) => `${text(operator ?? 'somebody')}${reason ? `: ${text(reason)}` : ''}`;

/** The logs that were collected, and those that could not be. */
const logsKept = (logs: unknown): string =>
  Array.isArray(logs)
    ? logs
        .map(({ of, lines, missing }) =>
          missing === undefined
            ? `${counted(text(lines), 'line')} of logs (${text(of)})`
            : `no logs (${text(of)}): ${cut(text(missing), 200)}`,
        )
        .join('; ')
    : 'no logs';

/** One sentence per type of event. A type that is not here is shown with its detail. */
const sentences: Partial<Record<RollbackEvent['type'], (detail: Detail) => string>> = {
  'Rollback opened': (d) =>
    `${text(d['severity'])}, trigger ${text(d['trigger'])}. ${text(d['impact'] ?? d['reason'])}`,
  'Severity assessed': (d) => `${text(d['severity'])}. ${list(d['reasoning'])}`,
  Decided: (d) => `${text(d['decision'])}. ${list(d['why'])}`,
  'Question asked': (d) =>
    `Question ${text(d['number'])} (${text(d['kind'])}), deadline ${text(d['deadline'])}. ${list(d['why'])}`,
  'Answer given': (d) => `Question ${text(d['number'])}: ${text(d['answer'])}, by ${person(d)}`,
  Acknowledged: (d) =>
    `${text(d['operator'])} heard the page about ${d['about'] === 'question' ? `question ${text(d['number'])}` : `the ${text(d['about'])}`}. Nobody else is called about it.`,
  'Question settled': (d) => `Question ${text(d['number'])}: ${text(d['outcome'])}. ${text(d['by'])}`,
  'Principal verified': (d) => `${shortPrincipal(text(d['principal']))} started ${shortPrincipal(text(d['by']))}`,
  'Hosts frozen': (d) =>
    `${counted(Number(d['hosts']), 'host')}; not online: ${Array.isArray(d['not_online']) ? d['not_online'].length : 'not known'}`,
  'Narrowed to ill hosts': (d) =>
    `Acts on ${list(d['names'])} alone; ${counted(Number(d['left_alone']), 'host')} left as they are. ${list(d['why'])}`,
  'Hosts shut down': (d) =>
    `After the close, every host; until ${text(d['until'])} nobody is called about the question`,
  'Waiting for the fleet': (d) => `Held by ${text(d['holder'])}`,
  'Fleet taken': (d) => `Fleet ${text(d['fleet'])}, fence ${text(d['fence'])}`,
  'Flags overridden': (d) => `${text(d['step'])}: ${text(d['flags'])}, before ${text(d['before'])}`,
  'Target not frozen': (d) => `${text(d['step'])}, version ${text(d['version'])}: ${text(d['problem'])}`,
  'Target frozen': (d) => `${text(d['version'])} at commit ${text(d['commit']).slice(0, 12)}`,
  'Deployments held': (d) => `On ${counted(Number(d['hosts']), 'host')}`,
  'Deployments not held': (d) => `On ${counted(Number(d['failing']), 'host')} the script failed.${failed(d)}`,
  'Step started': (d) => `${text(d['step'])}, attempt ${text(d['attempt'])}, on ${counted(Number(d['hosts']), 'host')}`,
  'Step done': (d) => `${text(d['step'])}: ${doneOn(d)}`,
  'Step failed': (d) => `${text(d['step'])}: ${doneOn(d)}.${failed(d)}`,
  'Step skipped': (d) => `${text(d['step'])}, by ${person(d)}`,
  'Hosts left out': (d) => `${list(d['names'])}, by ${person(d)}`,
  'Recovery confirmed': (d) =>
    `${text(d['verdict'])} after ${text(d['looks'])} looks, version ${text(d['version'])}. ${d['problem'] ? text(d['problem']) : ''}`,
  'Recovery not confirmed': (d) => `${text(d['verdict'])}. ${d['problem'] ? text(d['problem']) : ''}`,
  'Task opened': (d) =>
    `${text(d['number'])}: ${text(d['title'])}. ${d['owner'] ? `Owner: ${text(d['owner'])}` : 'Nobody has taken it'}; due ${text(d['due'])}`,
  'Task assigned': (d) =>
    `${text(d['number'])} to ${text(d['owner'])}${d['due'] ? `, due ${text(d['due'])}` : ''}, by ${person(d)}`,
  'Task completed': (d) => `${text(d['number'])}, by ${text(d['operator'])}: ${text(d['note'])}`,
  'Checked afterwards': (d) =>
    `${text(d['state'])} ${counted(text(d['hours']), 'hour')} after the end. ${list(d['says'])}`,
  'Evidence collected': (d) =>
    `${d['metrics_missing'] ? 'no metrics' : 'metrics'}; ${logsKept(d['logs'])}, ${counted(text(d['hours']), 'hour')} after the end`,
  'Report drafted': (d) => `${text(d['report'])}, draft ${text(d['number'])}`,
  'Report accepted': (d) => `${text(d['report'])}, draft ${text(d['draft'])}, by ${person(d)}`,
  'Follow-up begun': () => 'Checks, tasks and reports for seven days',
  'Message sent': (d) => `${text(d['message'])}: ${text(d['subject'])}`,
  'Message not sent': (d) => `${text(d['message'])}: ${text(d['why'])}`,
  'Rollback closed': (d) =>
    `${text(d['ending'])}; the fleet is ${text(d['fleet'] ?? 'as it was')}${d['behind'] ? ' after another rollback' : ''}. ${d['problem'] ? text(d['problem']) : ''}`,
  'Fleet kept': () => 'The other rollback has let go of the fleet; this one has it until a person releases it',
  'Fleet released': (d) => person(d),
  Annotated: (d) => `${text(d['root_cause'] ?? d['note'] ?? 'findings')}, by ${person(d)}`,
  Reviewed: (d) => `${text(d['verdict'])}, by ${person(d)}`,
  Sealed: (d) => `${counted(text(d['count']), 'event')}`,
};

/** Returns an event in one plain sentence; its whole detail is in the history and in the evidence pack. */
export function eventSentence({ type, detail }: Pick<RollbackEvent, 'type' | 'detail'>): string {
  const sentence = sentences[type]?.(detail);
  if (sentence !== undefined) return sentence.trim();
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${text(value)}`)
    .join('; ');
}
