/** Options that many commands share, and what they lead to. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../proto/duration.ts';
import { NAME_PATTERN } from '../../proto/job.ts';
import { DEFAULT_CONFIG_FILE, defaultSettings, loadConfig } from '../config.ts';
import { RULES } from '../decide/rules.ts';
import type { CollectorSettings } from '../settings.ts';

export interface PlaceOptions {
  config?: string;
  data?: string;
}

/** Which collector is meant. */
export function withPlace(command: Command): Command {
  return command
    .option('--config <file>', `the collector's configuration (default ${DEFAULT_CONFIG_FILE})`)
    .option('--data <dir>', "the collector's data folder, instead of a configuration");
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON');
}

/** @param credentials `needed` by the collector itself; a command beside it does without them. */
export async function settingsOf(
  { config, data }: PlaceOptions,
  credentials: 'needed' | 'if-there' = 'if-there',
): Promise<CollectorSettings> {
  return config === undefined && data !== undefined
    ? defaultSettings(resolve(data))
    : await loadConfig(config ?? DEFAULT_CONFIG_FILE, Object.keys(RULES), credentials);
}

export function nameArgument(value: string): string {
  if (!NAME_PATTERN.test(value)) {
    throw new InvalidArgumentError('A name has letters, digits, ".", "_" and "-", at most 64 of them.');
  }
  return value;
}

export function durationArgument(value: string): number {
  const durationMs = parseDuration(value);
  if (durationMs === null || durationMs === 0) {
    throw new InvalidArgumentError('A duration is written like 90s, 10m or 1h.');
  }
  return durationMs;
}

export function countArgument(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('A number, 1 or more, is expected.');
  return count;
}
