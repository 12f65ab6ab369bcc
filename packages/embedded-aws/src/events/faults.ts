/** How many of the next matching events. */
export type Count = number | 'all';

/** What a rehearsal can do to events on their way to the bus; only events that a rule waits for are struck. */
export type Faults = {
  /** They never arrive. */
  lose(fault: { readonly source: string; readonly count: Count }): void;
  /** Each reaches the rules `times` times in all, under one id; without a count, the next one does. */
  duplicate(fault: { readonly source: string; readonly times: number; readonly count?: Count }): void;
  /** They arrive late, with the time they had; without a count, all do. */
  delay(fault: { readonly source: string; readonly milliseconds: number; readonly count?: Count }): void;
  /** Faults that have not struck as often as they were asked to, one sentence each. */
  unmet(): string[];
};

type Kind = 'lost' | 'duplicated' | 'delayed';
type Due = {
  readonly kind: Kind;
  readonly source: string;
  /** Times or milliseconds. */
  readonly amount: number;
  left: number;
  met: boolean;
};

/** How an event travels. */
export type Journey = { readonly lost: boolean; readonly copies: number; readonly delay: number };

/** The faults that are still due, one of each kind for an event: the one asked for first. */
export class DueFaults implements Faults {
  readonly #due: Due[] = [];

  lose({ source, count }: Parameters<Faults['lose']>[0]): void {
    this.#add('lost', source, 0, count);
  }

  duplicate({ source, times, count = 1 }: Parameters<Faults['duplicate']>[0]): void {
    this.#add('duplicated', source, times, count);
  }

  delay({ source, milliseconds, count = 'all' }: Parameters<Faults['delay']>[0]): void {
    this.#add('delayed', source, milliseconds, count);
  }

  unmet(): string[] {
    return this.#due
      .filter(({ left, met }) => (Number.isFinite(left) ? left > 0 : !met))
      .map(({ kind, left, source }) => {
        const count = Number.isFinite(left) ? `${left} more` : 'all';
        return `${count} events of ${source} were to be ${kind}, and none came that a rule waits for`;
      });
  }

  /** Uses up the faults that are due for an event. */
  strike(source: string): Journey {
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
