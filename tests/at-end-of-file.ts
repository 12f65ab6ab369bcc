type Work = () => unknown;

const works = new Set<Work>();

/** Has `work` done once, after the test file that runs now. For modules that several test files share. */
export function atEndOfFile(work: Work): void {
  works.add(work);
}

export async function endOfFile(): Promise<void> {
  const all = [...works];
  works.clear();
  for (const work of all) await work();
}
