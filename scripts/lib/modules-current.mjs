// Exits 0 when node_modules holds what package-lock.json names. By content, not by time: a checkout touches
// files without changing them, and reinstalling takes minutes. Plain JavaScript: it runs before there is tsx.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const top = process.argv[2] ?? '.';
try {
  const wanted = packagesOf('package-lock.json');
  const there = packagesOf('node_modules/.package-lock.json');
  const missing = Object.entries(wanted).filter(
    // Binaries for other systems are optional, and rightly absent.
    ([path, { version, optional }]) =>
      path !== '' && (there[path] ? there[path].version !== version : !optional),
  );
  process.exitCode = missing.length === 0 ? 0 : 1;
} catch {
  process.exitCode = 1;
}

function packagesOf(file) {
  return JSON.parse(readFileSync(join(top, file), 'utf8')).packages;
}
