import { Stack } from 'aws-cdk-lib';
import { CfnQueryDefinition, LogGroup, QueryString, type QueryStringProps } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

type SavedQuery = {
  readonly name: string;
  /** The beginning of the names of the log groups that it reads. */
  readonly reads: '/aws/lambda/' | '/aws/vendedlogs/states/';
  readonly query: QueryStringProps;
};

/**
 * The queries of docs/audit.md, "Logs". Functions log lines of text. Machines log one JSON document per history event (Step
 * Functions guide, "Using CloudWatch Logs to log execution history").
 */
const queries: readonly SavedQuery[] = [
  {
    name: 'Errors of functions',
    reads: '/aws/lambda/',
    query: {
      fields: ['@timestamp', '@log', '@requestId', '@message'],
      filterStatements: ['@message like /ERROR|Task timed out|Runtime exited|errorMessage/'],
      sort: '@timestamp desc',
      limit: 200,
    },
  },
  {
    name: 'Throttled calls to AWS',
    reads: '/aws/lambda/',
    query: {
      fields: ['@timestamp', '@log', '@message'],
      filterStatements: ['@message like /Throttl|TooManyRequests|ThroughputExceeded/'],
      sort: '@timestamp desc',
      limit: 200,
    },
  },
  {
    name: 'Duration and memory of functions',
    reads: '/aws/lambda/',
    query: {
      filterStatements: ['@type = "REPORT"'],
      statsStatements: [
        'count(*) as invocations, avg(@duration) as avg_ms, pct(@duration, 95) as p95_ms, max(@duration) as max_ms, max(@maxMemoryUsed) / 1000000 as max_mb by @log',
      ],
      sort: 'p95_ms desc',
    },
  },
  {
    name: 'States of one rollback',
    reads: '/aws/vendedlogs/states/',
    query: {
      fields: ['@timestamp', 'type', 'details.name', 'details.error', 'details.cause'],
      filterStatements: [
        'execution_arn like "PASTE THE ROLLBACK ID"',
        'type like /Entered|Exited|Failed|TimedOut|Execution/',
      ],
      sort: '@timestamp asc',
      limit: 1000,
    },
  },
  {
    name: 'Failed tasks and executions',
    reads: '/aws/vendedlogs/states/',
    query: {
      fields: ['@timestamp', 'execution_arn', 'type', 'details.error', 'details.cause'],
      filterStatements: ['type like /Failed|TimedOut|Aborted/'],
      sort: '@timestamp desc',
      limit: 200,
    },
  },
  {
    name: 'Executions per machine and day',
    reads: '/aws/vendedlogs/states/',
    query: {
      filterStatements: ['type like /^Execution/'],
      statsStatements: ['count(*) as executions by bin(1d), @log, type'],
    },
  },
];

/**
 * The Logs Insights queries that the console offers under *Saved queries*, in the folder `rollback-<environment>`. They
 * read the log groups that the stack has when this is created, so it comes last.
 */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { environment }: { readonly environment: string }) {
    super(scope, id);
    const logs = Stack.of(this)
      .node.findAll()
      .filter((one) => one instanceof LogGroup)
      .map((log) => ({ log, name: literalName(log) }));
    for (const { name, reads, query } of queries) {
      const read = logs.filter((one) => one.name.startsWith(reads));
      const definition = new CfnQueryDefinition(this, name.replaceAll(' ', ''), {
        name: `rollback-${environment}/${name}`,
        queryString: new QueryString(query).toString(),
        logGroupNames: read.map((one) => one.name),
      });
      definition.node.addDependency(...read.map(({ log }) => log));
    }
  }
}

/** Returns the name that was given to a log group. A reference would become a parameter of every nested stack. */
function literalName({ node }: LogGroup): string {
  const { logGroupName } = node.defaultChild as unknown as { readonly logGroupName?: string };
  if (logGroupName === undefined)
    throw new Error(`Log group ${node.path} needs a name, so that saved queries can read it.`);
  return logGroupName;
}
