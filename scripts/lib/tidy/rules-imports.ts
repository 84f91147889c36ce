/** Rules about who imports whom. */
import type { Place, Rule } from './finding.ts';
import { type House, isProduct, isTest, type Source } from './house.ts';
import { LAYERS } from './layers.ts';

export const sides: Rule = {
  name: 'sides',
  why: 'proto is what both sides must agree on, and agent and collector are separate programs on separate machines; production code runs without tests and scripts',
  todo: 'move what both need into proto/, or pass it in from app.ts',
  check: (house) =>
    eachImport(house, (source, to) => {
      const from = side(source.path);
      const other = side(to);
      if (!isProduct(source.path)) return null;
      // Data at the top of the repository, such as package.json, is nobody's.
      if (from === other || other === 'proto' || !to.includes('/')) return null;
      return `${from}/ imports ${to}`;
    }),
};

export const layers: Rule = {
  name: 'layers',
  why: 'imports run downward only, so that a file can be understood, tested and replaced by knowing what is below it',
  todo: 'turn the dependency round: let the upper one pass a function or an interface down; scripts/lib/tidy/layers.ts holds the list',
  check(house) {
    const found: Place[] = [];
    for (const source of house.sources) {
      const from = unit(source.path);
      if (!from) continue;
      const layer = layerOf(from);
      if (layer === -1) {
        found.push({ file: source.path, line: 1, what: `${from.side}/${from.name} is in no layer` });
        continue;
      }
      for (const { file, line } of source.imports) {
        const to = file === null ? null : unit(file);
        if (!to || to.side !== from.side) continue;
        const below = layerOf(to);
        if (below !== -1 && below < layer) {
          found.push({
            file: source.path,
            line,
            what: `${from.name} imports ${to.name}, which stands above it`,
          });
        }
      }
    }
    return found;
  },
};

export const circles: Rule = {
  name: 'circles',
  why: 'files that import each other are one file in two pieces, and which of them runs first depends on who asked',
  todo: 'move what both need into a file below them',
  check(house) {
    const graph = new Map(house.sources.map((source) => [source.path, source]));
    const done = new Set<string>();
    const found: Place[] = [];
    const walk = (path: string, trail: string[]) => {
      const back = trail.indexOf(path);
      if (back !== -1) {
        const ring = [...trail.slice(back), path];
        const line = graph.get(ring[0]!)!.imports.find(({ file }) => file === ring[1])?.line ?? 1;
        found.push({ file: ring[0]!, line, what: ring.join(' -> ') });
        return;
      }
      if (done.has(path)) return;
      for (const { file } of graph.get(path)?.imports ?? []) if (file !== null) walk(file, [...trail, path]);
      done.add(path);
    };
    for (const path of [...graph.keys()].sort()) walk(path, []);
    return found;
  },
};

/** What `scripts/build` makes programs of. */
const PROGRAMS = /^(?:agent|collector)\/main\.ts$|^agent\/dump-guard\.ts$/;

/** Tests are no reason for production code to exist. */
export const unreached: Rule = {
  name: 'unreached',
  why: 'a file that nothing imports is not part of the product, however well it is tested',
  todo: 'wire it in, or delete it',
  check(house) {
    const product = reach(house, (path) => PROGRAMS.test(path) || path.startsWith('scripts/'));
    const tests = reach(house, (path) => path.startsWith('scripts/') || /^test\/.*\.test\.tsx?$/.test(path));
    return house.sources
      .filter(({ path }) => (isProduct(path) && !product.has(path)) || (isTest(path) && !tests.has(path)))
      .map(({ path }) => ({
        file: path,
        line: 1,
        what: isTest(path) ? 'no test imports it' : 'nothing that runs in production imports it',
      }));
  },
};

function reach(house: House, isRoot: (path: string) => boolean): Set<string> {
  const graph = new Map(house.sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const open = [...graph.keys()].filter(isRoot);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { file } of graph.get(path)?.imports ?? []) if (file !== null) open.push(file);
  }
  return seen;
}

function eachImport(house: House, judge: (source: Source, to: string) => string | null): Place[] {
  const found: Place[] = [];
  for (const source of house.sources) {
    for (const { file, line } of source.imports) {
      const what = file === null ? null : judge(source, file);
      if (what !== null) found.push({ file: source.path, line, what });
    }
  }
  return found;
}

function side(path: string): string {
  return path.split('/')[0]!;
}

function unit(path: string): { side: 'agent' | 'collector'; name: string } | null {
  const parts = /^(agent|collector)\/([\w-]+)/.exec(path);
  if (!parts) return null;
  const [, which, name] = parts;
  // main-enroll.ts is a part of main.ts: the longest listed name that it begins with.
  const listed = LAYERS[which as 'agent' | 'collector']
    .flat()
    .filter((known) => name === known || name!.startsWith(`${known}-`))
    .sort((a, b) => b.length - a.length);
  return { side: which as 'agent' | 'collector', name: listed[0] ?? name! };
}

function layerOf({ side: which, name }: { side: 'agent' | 'collector'; name: string }): number {
  return LAYERS[which].findIndex((layer) => layer.includes(name));
}
