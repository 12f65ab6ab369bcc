// This listener is the first, so it still counts those of work that closes something before it ends. A second Ctrl-C finds
// them gone, and ends at once.
process.on('SIGINT', () => {
  if (process.listenerCount('SIGINT') > 1) return;
  process.stderr.write('Interrupted: what was printed so far is not complete.\n');
  process.exit(130);
});
// A reader such as `head` may close the pipe early. The rest of the output is dropped; the exit code stays the command's.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const [{ rollback }, { printInert }] = await Promise.all([import('./rollback.ts'), import('./text/colour.ts')]);
printInert();

process.exitCode = await rollback(process.argv.slice(2));
