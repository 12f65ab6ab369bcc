/** The key of every report, and of its evidence, begins so in the bucket of the export. */
export const reportsFolder = 'follow-up/';

/** Returns whether this product wrote a key as that of a report or of its evidence. */
export const isReportKey = (key: string): boolean =>
  /^follow-up\/[^/]+\/(evidence|logs-product|logs-trading|interim|post-mortem)-\d+h-[0-9a-f]{12}\.(json|md|html)$/.test(
    key,
  );
