import type { ExportCursor } from '../stores/export-cursor.ts';
import type { ExportableLinks } from '../stores/exportable-links.ts';

/**
 * Returns the month to read after a cursor behind which its own month has no link; undefined if every link is read.
 *
 * A month that is not closed is left only if a later one has links: its closing link was deleted, and the reader must not
 * stand still for that. The links are read again, because a writer closes a month before it begins the next.
 */
export async function monthToRead(links: ExportableLinks, cursor: ExportCursor): Promise<string | undefined> {
  const month = await links.monthAfter(cursor.month);
  if (month === undefined || cursor.closed) return month;
  return (await links.after(cursor, 1)).length === 0 ? month : cursor.month;
}
