/** Returns the sentence in a failed task's cause: a Lambda's cause is JSON around it, Step Functions' own is plain text. */
export function errorSentence(error: unknown, cause: unknown): string {
  return String(errorMessageIn(String(cause ?? '')) ?? cause ?? error);
}

function errorMessageIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly errorMessage?: unknown } | null)?.errorMessage;
  } catch {
    return undefined;
  }
}
