/** Figures as a table for the terminal and as sections of docs/bench.md. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { formatSize } from '../../../proto/duration.ts';
import type { Bench, Figure } from './types.ts';

const DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
/** From here on, whole numbers are said in full: 28,114 and not 28,100. */
const WHOLE_FROM = 1_000;

export function formatValue(value: number, unit: string): string {
  if (unit === 'bytes') return formatSize(value);
  const text =
    Math.abs(value) >= WHOLE_FROM ? Math.round(value).toLocaleString('en-US') : DIGITS.format(value);
  return unit === '' ? text : `${text} ${unit}`;
}

function verdict(figure: Figure): string {
  if (figure.holds === null) return '';
  return figure.holds ? 'holds' : 'MISSED';
}

export function figureLines(figure: Figure): string[] {
  const ratio = figure.ratio === null ? '' : ` (x ${figure.ratio.toFixed(2)})`;
  const reference =
    figure.reference === null
      ? figure.referenceIs
      : `${formatValue(figure.reference, figure.unit)} ${figure.referenceIs}${ratio}`;
  const goal = figure.goal ? `; goal ${figure.goal}: ${verdict(figure)}` : '';
  return [`${figure.name}: ${formatValue(figure.ours, figure.unit)}`, `    against ${reference}${goal}`];
}

/** What the figures depend on, in one line. */
export function machineLine(): string {
  const processors = cpus();
  const versions = [`Node ${process.versions.node}`, version('borg', '--version')].filter((text) => text);
  return [
    `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}`,
    `${formatSize(totalmem())} of memory`,
    `Linux ${release()}`,
    ...versions,
  ].join(', ');
}

function version(program: string, flag: string): string {
  try {
    return execFileSync(program, [flag], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

export function section(bench: Bench, figures: readonly Figure[], nowMs: number): string {
  const rows = figures.map((figure) =>
    [
      figure.name,
      formatValue(figure.ours, figure.unit),
      figure.reference === null ? '' : formatValue(figure.reference, figure.unit),
      figure.ratio === null ? '' : figure.ratio.toFixed(2),
      figure.referenceIs,
      figure.goal,
      verdict(figure),
    ]
      .map(cell)
      .join(' | '),
  );
  return [
    `## ${bench.name}`,
    '',
    bench.about,
    '',
    '| figure | ours | reference | ratio | the reference is | goal | |',
    '|---|--:|--:|--:|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
    `Measured ${new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ')} UTC on ${machineLine()}.`,
  ].join('\n');
}

const HEAD = `# How fast, how small

Written by \`./scripts/bench --write\`. Every figure stands beside its reference, the bare thing or the physical
limit, measured in the same run on the same machine; only the ratio says something about another machine.
`;

/** Puts the bench's section in its place and leaves the others as they are. */
export function writeSection(file: string, order: readonly string[], name: string, text: string): void {
  const sections = new Map<string, string>();
  if (existsSync(file)) {
    for (const part of readFileSync(file, 'utf8')
      .split(/^(?=## )/m)
      .slice(1)) {
      sections.set(/^## (.*)$/m.exec(part)![1]!, part.trimEnd());
    }
  }
  sections.set(name, text);
  const known = [...sections.keys()].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  writeFileSync(file, `${[HEAD.trimEnd(), ...known.map((key) => sections.get(key)!)].join('\n\n')}\n`);
}
