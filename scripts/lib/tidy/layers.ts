/**
 * Who may import whom. A unit is a file or a folder right below agent/ or collector/. Imports run down this
 * list or stay within a layer, so that a change can be understood by reading downwards only.
 */
export const LAYERS: Record<'agent' | 'collector', readonly (readonly string[])[]> = {
  agent: [
    ['main', 'app', 'commands', 'dump-guard'],
    ['scheduler', 'local-socket'],
    ['runner'],
    ['engines', 'prove', 'restore', 'watch', 'link', 'crontabs'],
    ['tools', 'process', 'spool', 'decide', 'enrollment', 'identity', 'config', 'closed-path'],
  ],
  collector: [
    ['main', 'app', 'control'],
    ['ingest'],
    [
      'evaluate',
      'consent',
      'deliver',
      'planner',
      'janitor',
      'heartbeat',
      'alerting',
      'judge',
      'presence',
      'unwell',
    ],
    ['web', 'decide', 'authority'],
    [
      'store',
      'assurances',
      'notifiers',
      'feed',
      'config',
      'settings',
      'secrets',
      'views',
      'notify-systemd',
      'version',
      'verdict',
    ],
  ],
};

/** Places that decide: same facts in, same answer out, on any machine and at any time. */
export const PURE = [
  /^collector\/assurances\//,
  /^(?:agent|collector)\/decide\//,
  /^agent\/tools\//,
  /^proto\/schedule\.ts$/,
  /^proto\/run\.ts$/,
];

/** What a pure place may import that is not ours: computes, and looks at nothing. */
export const PURE_IMPORTS: Record<string, readonly string[] | 'all'> = {
  croner: 'all',
  'node:path': 'all',
  'node:buffer': 'all',
  'node:url': ['URL'],
  // A spread or a shuffle is derived by hash; randomBytes and randomUUID are not.
  'node:crypto': ['createHash', 'timingSafeEqual'],
};

/** The only places for what is dangerous or hard to replace. */
export const PLACES = {
  sql: [/^collector\/store\//, /^agent\/spool(?:\.ts$|\/)/],
  // SQL in an argv of psql or mysql speaks to the customer's database, which is not ours to hide.
  foreignSql: [/^agent\/tools\//],
  childProcess: [/^agent\/process\.ts$/, /^collector\/notify-systemd\.ts$/],
  env: [/^(?:agent|collector)\/config\.ts$/],
  forge: [/^collector\/authority\//, /^agent\/enrollment\.ts$/],
};

export const LINES_MAX = 400;
export const LINES_MEDIAN_MAX = 120;
