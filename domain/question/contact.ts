/** Whom to call while a question is unanswered, in this order (seed, "Escalation Path"). */
export const levels = ['L1', 'L2', 'L3', 'L4'] as const;
export type Level = (typeof levels)[number];

/** What the procedure calls each level. */
const levelNames: Readonly<Record<Level, string>> = {
  L1: 'Operations Team',
  L2: 'Technical Lead',
  L3: 'Engineering Manager',
  L4: 'CTO',
};

/** Who is called when the cause lies outside (seed, "External Dependencies"), by the environment file's key. */
const externals = {
  data_vendor: 'Data vendor support',
  cloud: 'Cloud provider',
  database: 'Database admin',
} as const;

/** An environment's contacts; absent where its file names none. */
export type Contacts = {
  readonly [level in Level | keyof typeof externals]?: string | undefined;
};

/** `L2 Technical Lead: ana, +44 …`; a gap is said, since at 3 a.m. somebody must know that nobody was called. */
export const contactLine = (level: Level, contacts: Contacts): string =>
  `${level} ${levelNames[level]}: ${contacts[level] ?? notNamed(level)}`;

/** The external contacts that are named, one line each. */
export const externalLines = (contacts: Contacts): string[] =>
  Object.entries(externals).flatMap(([key, name]) => {
    const contact = contacts[key as keyof typeof externals];
    return contact === undefined ? [] : [`${name}: ${contact}`];
  });

/** All of them, a line each, as a page names them. */
export const contactLines = (contacts: Contacts): string =>
  [...levels.map((level) => contactLine(level, contacts)), ...externalLines(contacts)].join('\n');

const notNamed = (level: Level) => `nobody is named (contacts.${level} in the environment file)`;
