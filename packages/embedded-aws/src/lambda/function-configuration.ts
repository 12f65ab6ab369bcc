/** A function as the template describes it. */
export type FunctionConfiguration = {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** The folder of the unpacked code asset. */
  readonly folder: string;
  /** File and export: `index.handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The most invocations that run at once; undefined: no limit. */
  readonly reservedConcurrency?: number | undefined;
  /** The log group of the function's lines; undefined: `/aws/lambda/<name>`. */
  readonly logGroup?: string | undefined;
};

export const logGroupOf = ({ name, logGroup }: FunctionConfiguration): string => logGroup ?? `/aws/lambda/${name}`;
