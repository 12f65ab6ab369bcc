/** Every page in the bucket of the export begins so. Only there an object may have several versions. */
export const pagesFolder = 'pages/';

/** Returns the object of a rollback's page: each writing is a new version of it. */
export const pageKey = (rollback: string): string => `${pagesFolder}${rollback}.html`;

/** Returns whether an object of the export is a page. A page is no part of the history. */
export const isPageKey = (key: string): boolean => /^pages\/[^/]{1,100}\.html$/.test(key);
