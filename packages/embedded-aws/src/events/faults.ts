import type { Rule } from './rule.ts';

/** The number of the next matching events that a fault affects. */
export type Count = number | 'all';

/** The faults that a rehearsal can inject into events. They affect only events that an enabled rule matches. */
export type Faults = {
  /** Loses events: they never arrive. */
  lose(fault: { readonly source: string; readonly count: Count }): void;
  /** Delivers each event `times` times under one id. Without a count it affects the next event. */
  duplicate(fault: { readonly source: string; readonly times: number; readonly count?: Count }): void;
  /** Delays events, which keep their original time. Without a count it affects all events. */
  delay(fault: { readonly source: string; readonly milliseconds: number; readonly count?: Count }): void;
  /** Disables a rule, or enables it again. Events that it would have received meanwhile are lost for it. */
  setEnabled(rule: Rule, enabled: boolean): void;
  /** Returns one sentence per fault that affected fewer events than its count, and per disabled rule that missed none. */
  unmet(): string[];
};

type Kind = 'lost' | 'duplicated' | 'delayed';
type Due = {
  readonly kind: Kind;
  readonly source: string;
  /** Number of deliveries, or milliseconds of delay. */
  readonly amount: number;
  left: number;
  met: boolean;
};

/** The effect of the faults on one event; `delay` is in milliseconds. */
export type FaultEffect = { readonly lost: boolean; readonly copies: number; readonly delay: number };

/** The faults that are still due. An event uses at most one fault of each kind: the oldest. */
export class DueFaults implements Faults {
  readonly #due: Due[] = [];
  /** The number of events that each rule has missed since it was disabled. */
  readonly #missed = new Map<Rule, number>();

  lose({ source, count }: Parameters<Faults['lose']>[0]): void {
    this.#add('lost', source, 0, count);
  }

  duplicate({ source, times, count = 1 }: Parameters<Faults['duplicate']>[0]): void {
    this.#add('duplicated', source, times, count);
  }

  delay({ source, milliseconds, count = 'all' }: Parameters<Faults['delay']>[0]): void {
    this.#add('delayed', source, milliseconds, count);
  }

  setEnabled(rule: Rule, enabled: boolean): void {
    rule.enabled = enabled;
    if (!enabled && !this.#missed.has(rule)) this.#missed.set(rule, 0);
  }

  /** Counts an event for each of these rules that is disabled. */
  miss(rules: readonly Rule[]): void {
    for (const rule of rules) {
      const missed = this.#missed.get(rule);
      if (!rule.enabled && missed !== undefined) this.#missed.set(rule, missed + 1);
    }
  }

  unmet(): string[] {
    const idle = [...this.#missed].filter(([, missed]) => missed === 0).map(([{ name }]) => name);
    return [...this.#unmetEvents(), ...idle.map((name) => `the rule ${name} was disabled, and missed no event`)];
  }

  #unmetEvents(): string[] {
    return this.#due
      .filter(({ left, met }) => (Number.isFinite(left) ? left > 0 : !met))
      .map(({ kind, left, source }) => {
        const count = Number.isFinite(left) ? `${left} more` : 'all';
        return `${count} events of ${source} were to be ${kind}, but no event that matches a rule came`;
      });
  }

  /** Returns the effect of the faults that are due for an event, and counts them down. */
  strike(source: string): FaultEffect {
    if (this.#take('lost', source)) return { lost: true, copies: 0, delay: 0 };
    const copies = this.#take('duplicated', source)?.amount ?? 1;
    return { lost: false, copies, delay: this.#take('delayed', source)?.amount ?? 0 };
  }

  #add(kind: Kind, source: string, amount: number, count: Count): void {
    this.#due.push({ kind, source, amount, left: count === 'all' ? Number.POSITIVE_INFINITY : count, met: false });
  }

  #take(kind: Kind, source: string): Due | undefined {
    const due = this.#due.find((one) => one.kind === kind && one.source === source && one.left > 0);
    if (due) {
      due.left -= 1;
      due.met = true;
    }
    return due;
  }
}
