type Happening = Readonly<Record<string, unknown>>;

/**
 * What a person sees while a story is told: the account's time since the story's start, states as they are entered,
 * each host's verdict as it arrives. Undefined: not worth a line.
 */
export function storyProgress(): (happening: Happening) => string | undefined {
  let start: number | undefined;
  let phases = 0;
  const numbers = new Map<unknown, number>();
  return (happening) => {
    start ??= Date.parse(String(happening['at']));
    if (happening['event'] === 'ExecutionStarted' && String(happening['machine']).includes('-phase-'))
      numbers.set(happening['execution'], ++phases);
    const text = line(happening, phases > 1 ? `#${numbers.get(happening['execution']) ?? ''} ` : '');
    return text && `${clock(Date.parse(String(happening['at'])) - start)}  ${text}`;
  };
}

function line(happening: Happening, which: string): string | undefined {
  const { event, name, cause, error, state, status } = happening;
  switch (event) {
    case 'ExecutionStarted':
      return `started ${String(happening['machine'])}`;
    case 'TaskStateEntered':
      return `${which}${String(name)}`;
    case 'TaskFailed':
      return `${which}${String(state)}: ${sentence(error, cause)}`;
    case 'InvocationEnded':
      return `    ${String(name).padEnd(8)} ${verdict(happening)}`;
    case 'ExecutionSucceeded':
      return `${which}ended: SUCCEEDED`;
    case 'ExecutionFailed':
    case 'ExecutionAborted':
    case 'ExecutionTimedOut':
      return `${which}ended: ${String(status ?? event)
        .replace('Execution', '')
        .toUpperCase()}. ${sentence(error, cause)}`;
    default:
      return undefined;
  }
}

function verdict({ output, status, details, responseCode }: Happening): string {
  const said = parsed(String(output));
  if (!said) return `failed   ${String(details ?? status)}, exit ${String(responseCode)}, no verdict`;
  const reason = said['reason'] ? ` ${String(said['reason'])}` : '';
  return `${String(said['verdict']).padEnd(8)}${reason} ${summary(said['report'])}`.trimEnd();
}

/** A report's figures and names in one line; hashes and folders are for the record. */
function summary(report: unknown, path = ''): string {
  if (typeof report !== 'object' || report === null) return '';
  return Object.entries(report)
    .filter(([key]) => !['sha256', 'commit', 'quarantine'].includes(key))
    .map(([key, value]) =>
      typeof value === 'object' && !Array.isArray(value)
        ? summary(value, `${path}${key} `)
        : Array.isArray(value)
          ? ''
          : `${path}${key} ${String(value)}`,
    )
    .filter(Boolean)
    .join(', ');
}

/** A Lambda's failure is JSON with the sentence inside. */
function sentence(error: unknown, cause: unknown): string {
  const message = parsed(String(cause ?? ''))?.['errorMessage'];
  return String(message ?? cause ?? error);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `+0:07` */
function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `+${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`.padStart(7);
}
