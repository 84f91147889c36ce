/**
 * `backproof-agent adopt FILE ...`: reads borgmatic's configuration and prints the matching part of agent.yaml.
 * It changes nothing: neither borgmatic's files nor the agent's.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { messageOf, UserError } from '../../proto/errors.ts';
import { printable } from '../../proto/printable.ts';
import { readBorgmatic } from './adopt/borgmatic.ts';
import { type Adopted, adopt, type Written } from './adopt/jobs.ts';
import { findSchedule } from './adopt/schedule.ts';

export interface AdoptCommand {
  files: string[];
  takeOver: boolean;
  keys: string;
  writeKeys: boolean;
  host: string;
  /** Where cron and systemd are looked for. */
  root?: string;
}

/** @throws UserError for a file that cannot be read or is no configuration of borgmatic. */
export function adoptBorgmatic(command: AdoptCommand): string {
  const { files, host, keys, takeOver, root } = command;
  const read = files.map((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw new UserError(`${file} cannot be read: ${messageOf(error)}`, {
        next: 'run this as root',
        cause: error,
      });
    }
    return { config: readBorgmatic(text, file), schedule: findSchedule(file, root) };
  });
  const adopted = adopt(read, { host, takeOver, keys });
  if (command.writeKeys) writeSecrets(adopted.secrets);
  return textOf(
    adopted,
    files,
    takeOver,
    read.some(({ config }) => config.sectioned),
  );
}

/** Never over another passphrase. */
function writeSecrets(secrets: Map<string, string>): void {
  for (const [file, secret] of secrets) {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw new UserError(`${file} cannot be written: ${messageOf(error)}`, {
        next: 'remove it if it is of an earlier try, or name another folder with --keys',
        cause: error,
      });
    }
  }
}

function textOf(adopted: Adopted, files: string[], takeOver: boolean, sectioned: boolean): string {
  const lines = [
    `# From ${files.join(', ')}, for agent.yaml; then: backproof-agent check`,
    takeOver
      ? '# The agent runs these itself: end borgmatic’s own runs first, or both write into the same repository.'
      : '# Nothing changes for borgmatic: its archives are looked for, hourly, and missed when none appears.',
    ...section('repositories', adopted.repositories),
    ...section('jobs', adopted.jobs),
  ];
  if (!takeOver) lines.push(...hookHint(sectioned));
  if (adopted.left.length > 0) {
    lines.push('', '# Not carried over:', ...adopted.left.map((what) => `#   ${printable(what)}`));
  }
  return lines.join('\n');
}

function section(name: string, entries: Map<string, Written>): string[] {
  if (entries.size === 0) return [];
  const lines = [`${name}:`];
  for (const [key, { says, keys }] of entries) {
    lines.push(...says.map((text) => `  # ${printable(text)}`));
    const text = stringify({ [key]: keys }, { lineWidth: 0 }).trimEnd();
    lines.push(...text.split('\n').map((line) => `  ${line}`));
  }
  return lines;
}

function hookHint(sectioned: boolean): string[] {
  const hook = ['healthchecks:', '    ping_url: https://backup.example.net:8443/ping/UUID'];
  return [
    '',
    '# Or let borgmatic report by itself, with or without an agent here. On the collector:',
    '#   backproof-collector ping create HOST borgmatic --customer NAME --every 1d',
    '# prints the URL for borgmatic’s own hook:',
    ...(sectioned ? ['hooks:', ...hook.map((line) => `    ${line}`)] : hook).map((line) => `#   ${line}`),
  ];
}
