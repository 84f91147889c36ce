/** Every rule of the house. A new one: a const in the file of its family, a line here, a bad sample in its test. */
import type { Rule } from './finding.ts';
import { leftOver, length, median, only, ownPath, skip, sleep } from './rules-files.ts';
import { circles, layers, sides, unreached } from './rules-imports.ts';
import { childProcess, environment, forge, purity, sql } from './rules-places.ts';
import { conformance, mirror } from './rules-shape.ts';

export const RULES: readonly Rule[] = [
  sides,
  layers,
  circles,
  unreached,
  purity,
  sql,
  childProcess,
  environment,
  forge,
  length,
  median,
  leftOver,
  only,
  skip,
  sleep,
  ownPath,
  mirror,
  conformance,
];
