/** The levels to call while a question is unanswered, in this order (procedure, "Escalation Path"). */
export const levels = ['L1', 'L2', 'L3', 'L4'] as const;
export type Level = (typeof levels)[number];

/** The procedure's name of each level. */
const levelNames: Readonly<Record<Level, string>> = {
  L1: 'Operations Team',
  L2: 'Technical Lead',
  L3: 'Engineering Manager',
  L4: 'CTO',
};

/** Contacts for a cause outside the company (procedure, "External Dependencies"), by their key in the environment file. */
const externals = {
  data_vendor: 'Data vendor support',
  cloud: 'Cloud provider',
  database: 'Database admin',
} as const;

/** An environment's contacts; a level that its file does not name is absent. */
export type Contacts = {
  readonly [level in Level | keyof typeof externals]?: string | undefined;
};

/**
 * Returns a level's line: `L2 Technical Lead: ana, +44 …`.
 * A missing contact is stated, because at 3 a.m. somebody must know that nobody was called.
 */
export const contactLine = (level: Level, contacts: Contacts): string =>
  `${level} ${levelNames[level]}: ${contacts[level] ?? notNamed(level)}`;

/** Returns one line per external contact that the environment names. */
export const externalLines = (contacts: Contacts): string[] =>
  Object.entries(externals).flatMap(([key, name]) => {
    const contact = contacts[key as keyof typeof externals];
    return contact === undefined ? [] : [`${name}: ${contact}`];
  });

/** Returns every level and every named external contact, one line each, as a page shows them. */
export const contactLines = (contacts: Contacts): string =>
  [...levels.map((level) => contactLine(level, contacts)), ...externalLines(contacts)].join('\n');

const notNamed = (level: Level) => `nobody is named (contacts.${level} in the environment file)`;
