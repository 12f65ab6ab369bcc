import { levelCalledBy } from '../question/calls.ts';
import { commandsIn, cut, linksIn, type Published } from './published.ts';

/** The effects of an event on the alert of its rollback (PagerDuty Events API v2, "Event Action Behavior"). */
export type PagerAction = 'trigger' | 'acknowledge' | 'resolve';

/**
 * An event of the PagerDuty Events API v2 ("Send an Alert Event"). The dedup key is the rollback's id, so that all events of one
 * rollback concern one alert.
 */
export type PagerEvent = {
  readonly routing_key: string;
  readonly event_action: PagerAction;
  /** At most 255 characters. */
  readonly dedup_key: string;
  /** Of a trigger only. */
  readonly payload?: {
    /** At most 1024 characters. */
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'error' | 'warning' | 'info';
    /** ISO 8601. */
    readonly timestamp: string;
    readonly component: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
  readonly client?: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
};

/** PagerDuty takes events of 512 KB. A character takes at most six bytes of JSON, so this text takes 300 KB at most. */
const most = { summary: 1024, dedupKey: 255, text: 50_000, links: 10 };

const severities: Readonly<Record<string, NonNullable<PagerEvent['payload']>['severity']>> = {
  CRITICAL: 'critical',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'info',
};

/** Messages that need a person soon, beside those that call a level. */
const pages = /^(reminder-(50|80)|limit-at-risk|limit-missed|rollback-unverified|rollback-undone)(-\d+)?$/;
/** Messages that show that somebody has taken it: they acknowledged, answered, or released the fleet. */
const heard = /^(acknowledged|answered|released|initial-alert)(-\d+)?$/;
/** The messages of endings that need nobody. */
const over = ['rollback-complete', 'stood-down', 'fix-forward', 'deferred-to-next-release', 'observed-only'];

/**
 * Returns what a message does to the alert of its rollback; null: nothing. A drill is no alert.
 *
 * An initial alert acknowledges: a person gave the permit, or the rollback asked nobody, and then there is no alert yet and PagerDuty
 * drops the event.
 */
export function pagerAction({ message, subject }: Pick<Published, 'message' | 'subject'>): PagerAction | null {
  if (subject.startsWith('DRILL')) return null;
  if (levelCalledBy(message) !== undefined || pages.test(message)) return 'trigger';
  if (heard.test(message)) return 'acknowledge';
  return over.includes(message) ? 'resolve' : null;
}

/** Returns the event of a message. */
export function pagerEvent(
  message: Published,
  event_action: PagerAction,
  { environment, routingKey }: { readonly environment: string; readonly routingKey: string },
): PagerEvent {
  const event = { routing_key: routingKey, event_action, dedup_key: message.rollback.slice(0, most.dedupKey) };
  if (event_action !== 'trigger') return event;
  const { subject, body, phase, severity, level, rollback, at } = message;
  return {
    ...event,
    payload: {
      summary: cut(subject, most.summary),
      source: `rollback-${environment}`,
      severity: severities[severity] ?? 'critical', // unknown: rather too loud than too quiet
      timestamp: at,
      component: `phase ${phase}`,
      group: environment,
      class: message.message,
      custom_details: {
        rollback,
        ...(level ? { level } : {}),
        commands: commandsIn(body),
        text: cut(body, most.text),
      },
    },
    client: 'Rollback',
    links: linksIn(body)
      .slice(0, most.links)
      .map((href) => ({ href, text: cut(href, 100) })),
  };
}
