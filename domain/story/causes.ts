import { counted } from '../counted.ts';
import { type Entry, given, offsetOf, type Part, phaseOf, type Told } from './told.ts';

/** Seconds from the fault to the alarm's start if the record does not say since when the metric was wrong. */
const usualDetectionSeconds = 60;
/** Seconds from a fault to the first wrong datapoint: hosts publish every ten seconds. */
const publishSeconds = 10;

/** Returns the seconds from the cause to the opening: a person's start is the opening, and a fault comes before its alarm. */
export function secondsToOpening({ alarm, breaching_since, start_time }: Told['record']): number {
  if (!alarm) return 0;
  if (breaching_since === null) return usualDetectionSeconds;
  const seconds = Math.round((Date.parse(start_time) - Date.parse(breaching_since)) / 1000) + publishSeconds;
  return Math.min(Math.max(seconds, publishSeconds), 3600);
}

/** Returns what opened the rollback, and the alarms that joined it. */
export function causesOf(told: Told): Part {
  const { record } = told;
  if (!record.alarm) return { when: [startOf(told)], notExpressed: [] };
  const { phase } = record;
  const at = `${told.settling}s`;
  const isSilent = record.alarm && isSilence(told);
  const cause = isSilent
    ? { at, silence: { phase } }
    : { at, fault: given({ phase, trigger: record.trigger, ...degradationOf(record) }) };
  const joined = record.joined.map(({ alarm, trigger, changed_at }) =>
    phaseIn(alarm) === phase
      ? { at: offsetOf(told, changed_at, -publishSeconds), fault: { phase, trigger } }
      : `Alarm ${alarm} joined it, which is of another phase.`,
  );
  return {
    when: [cause, ...joined.filter((one): one is Extract<typeof one, object> => typeof one === 'object')],
    notExpressed: [
      ...(isSilent ? ['The hosts publish nothing at all in the story; in the record one metric had no data.'] : []),
      ...joined.filter((one): one is string => typeof one === 'string'),
    ],
  };
}

const phaseIn = (alarm: string) => Number(/-phase-(\d+)-/.exec(alarm)?.[1]);

/** Whether the alarm turned red because data were missing, by CloudWatch's own words. */
function isSilence({ events, record }: Told): boolean {
  const state = (events[0]?.detail['alarm'] as { readonly state?: string } | undefined)?.state;
  return state === 'INSUFFICIENT_DATA' || /missing data ?points?|treated as \[Breaching\]/i.test(record.reason ?? '');
}

const degradationOf = ({ trigger, assessment }: Told['record']) =>
  trigger === 'performance_degradation' && (assessment?.degradation_percent ?? 0) > 0
    ? { degradation: Math.max(1, Math.round(assessment?.degradation_percent ?? 0)) }
    : {};

function startOf(told: Told): Entry {
  const { record, events, hostOf } = told;
  const { phases, severity_at_opening, reason, operator, mode, only_hosts, begins_at, trigger } = record;
  const since = events[0]?.detail['since'];
  const people = events[0]?.detail['people'];
  const input = given({
    ...(phases ? { before: Math.min(...phases) } : {}),
    ...{ severity: severity_at_opening, reason, operator },
    mode: mode === 'live' ? undefined : mode,
    only_hosts: only_hosts?.map(hostOf),
    from_step: begins_at?.step,
    ...(mode === 'simulate' ? { trigger: trigger === 'manual' ? undefined : trigger, people } : {}),
    ...(typeof since === 'string' ? { since } : {}),
  });
  return { at: `${told.settling}s`, start: { phase: phaseOf(told), input } };
}

/** Returns the deployment that was rolled back as a story records it, at most an hour before. */
export function givenOf({ record: { deployment, phase }, zero }: Told) {
  if (!deployment) return { given: [], notExpressed: [] };
  const before = Math.round((zero - Date.parse(deployment.at)) / 1000);
  const seconds = Math.min(Math.max(before, 1), 3600);
  const hours = (before / 3600).toFixed(1);
  return {
    given: [{ deployed: { phase, version: deployment.version, at: `-${seconds}s` } }],
    notExpressed:
      seconds === before
        ? []
        : [`${deployment.version} was deployed ${counted(hours, 'hour')} before; a story runs at most one.`],
  };
}
