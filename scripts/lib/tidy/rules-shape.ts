/** Rules about the house's shape: where a newcomer looks for a thing's test, and what a plug-in needs. */
import type { Place, Rule } from './finding.ts';
import type { House } from './house.ts';

export const mirror: Rule = {
  name: 'mirror',
  why: 'test/unit mirrors the source path for path, so that the test of a file is found without searching',
  todo: 'name the test after the file it tests: test/unit/<path>.test.ts or test/unit/<path>-<aspect>.test.ts',
  check(house) {
    const paths = house.sources.map(({ path }) => path.replace(/\.tsx?$/, ''));
    return house.sources.flatMap(({ path }) => {
      const tested = /^test\/unit\/(.+)\.test\.tsx?$/.exec(path)?.[1];
      if (tested === undefined) return [];
      const found = paths.some((known) => tested === known || tested.startsWith(`${known}-`));
      return found ? [] : [{ file: path, line: 1, what: `there is no ${tested}.ts` }];
    });
  },
};

/** Files in a plug-in folder that are not plug-ins themselves. */
const SHARED = /(?:^|\/)(?:index|types|[\w]+-(?:shared|support)|shared-[\w-]+)$/;

const PLUGINS: readonly { folder: RegExp; what: string }[] = [
  { folder: /^agent\/engines\/([\w-]+)\.ts$/, what: 'engine' },
  { folder: /^collector\/assurances\/([\w-]+)\.ts$/, what: 'assurance' },
  { folder: /^collector\/notifiers\/([\w-]+)\.ts$/, what: 'notifier' },
];

/** A plug-in is a file that its index.ts imports; helpers are imported by plug-ins and need no registration. */
export const conformance: Rule = {
  name: 'conformance',
  why: 'every engine, assurance and notifier keeps the same contract, and the one suite that shows it must know them all',
  todo: 'register it with fixtures: test/conformance/<its name>.test.ts, or an import in the suite of its kind',
  check(house) {
    const suites = house.sources.filter(({ path }) => path.startsWith('test/conformance/'));
    return house.sources.flatMap(({ path }): Place[] => {
      const plugin = PLUGINS.find(({ folder }) => folder.test(path));
      const name = plugin?.folder.exec(path)?.[1];
      if (!plugin || !name || SHARED.test(name) || !isRegistered(house, path)) return [];
      const known = suites.some(
        (suite) =>
          suite.path === `test/conformance/${name}.test.ts` ||
          suite.imports.some(({ file }) => file === path),
      );
      return known
        ? []
        : [{ file: path, line: 1, what: `no conformance test knows the ${plugin.what} ${name}` }];
    });
  },
};

function isRegistered(house: House, path: string): boolean {
  const index = path.replace(/[\w-]+\.ts$/, 'index.ts');
  return house.sources.some(
    (source) =>
      source.path === index && source.imports.some(({ file, typeOnly }) => file === path && !typeOnly),
  );
}
