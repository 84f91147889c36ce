// Prints the folders below node_modules that the installed programs need, one a line: those that
// package-lock.json does not mark as development's. Plain JavaScript, so that it runs without tsx.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const top = process.argv[2] ?? '.';
const { packages } = JSON.parse(readFileSync(join(top, 'package-lock.json'), 'utf8'));
for (const [path, { dev, devOptional }] of Object.entries(packages)) {
  if (path === '' || dev || devOptional || !existsSync(join(top, path))) continue;
  console.log(path);
}
