import type { ProofRules, SeenExecution } from '../../../domain/proof/witnessed-answer.ts';

/** The beginning of the ARN of every execution of environment `test`. */
export const executions = 'arn:aws:states:eu-west-1:000000000000:execution:rollback-test-';
export const ofDecide = (name: string) => `${executions}decide:${name}`;
export const ofPhase = (name: string, phase = 1) => `${executions}phase-${phase}:${name}`;

export const proofRules: ProofRules = {
  executions,
  severityOf: { data_corruption: 'CRITICAL', system_failure: 'CRITICAL', cascade_failure: 'HIGH' },
};

type Described = Exclude<SeenExecution, string>;

/** Step Functions, as far as functions look at executions there. */
export function fakeStepFunctions() {
  const known = new Map<string, Described>();
  const put = (arn: string, changes: Partial<Described>) => {
    const none = { status: 'RUNNING', input: {}, output: undefined, started_at: 0, stopped_at: null };
    known.set(arn, { ...none, ...known.get(arn), ...changes });
  };
  const fake = {
    known,
    put,
    /** Every look fails while it is false. */
    available: true,
    looks: 0,
    seeExecution: async (arn: string): Promise<SeenExecution> => {
      fake.looks += 1;
      return fake.available ? (known.get(arn) ?? 'missing') : 'unreadable';
    },
    /** Runs an execution of a machine whose one function is `work`, at an instant. */
    run: async <Output>(
      { arn, input, at }: { readonly arn: string; readonly input: unknown; readonly at: number },
      work: () => Promise<Output>,
    ): Promise<Output> => {
      put(arn, { input, started_at: at });
      try {
        const output = await work();
        put(arn, { status: 'SUCCEEDED', output, stopped_at: at });
        return output;
      } catch (error) {
        put(arn, { status: 'FAILED', stopped_at: at });
        throw error;
      }
    },
  };
  return fake;
}
