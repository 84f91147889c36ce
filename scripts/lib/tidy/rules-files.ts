/** Rules about files: their size, and what must not be left in them. */
import type { Place, Rule } from './finding.ts';
import { isProduct, isTest, type Source } from './house.ts';
import { LINES_MAX, LINES_MEDIAN_MAX } from './layers.ts';
import { lineAt } from './mask.ts';

export const length: Rule = {
  name: 'length',
  why: 'one file holds one concept; what is longer is read by nobody as a whole',
  todo: 'find the second concept in it and give it a file and a name',
  check: (house) =>
    house.sources
      .filter(({ lines }) => lines > LINES_MAX)
      .map(({ path, lines }) => ({
        file: path,
        line: LINES_MAX + 1,
        what: `${lines} lines, at most ${LINES_MAX}`,
      })),
};

export const median: Rule = {
  name: 'median',
  why: 'the typical file is to be read in one sitting',
  todo: 'split the longest files of production code',
  check(house) {
    const product = house.sources.filter(({ path }) => isProduct(path)).sort((a, b) => a.lines - b.lines);
    const middle = medianLines(product);
    if (middle <= LINES_MEDIAN_MAX) return [];
    return [
      {
        file: product.at(-1)!.path,
        line: 1,
        what: `the median is ${middle} lines, at most ${LINES_MEDIAN_MAX}`,
      },
    ];
  },
};

export function medianLines(sources: readonly Source[]): number {
  const sorted = sources.map(({ lines }) => lines).sort((a, b) => a - b);
  const half = sorted.length / 2;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

export const leftOver: Rule = {
  name: 'left-over',
  why: 'a note in the code is seen by nobody who plans; an issue is',
  todo: 'do it now, or file an issue and remove the note',
  check: (house) =>
    house.sources.flatMap((source) =>
      source.comments.flatMap(({ at, text }) =>
        [...text.matchAll(/\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b/g)].map(({ index, 0: word }) =>
          place(source, at + index, word),
        ),
      ),
    ),
};

export const only: Rule = {
  name: 'only',
  why: 'one focused test switches all the others off, and the run is still green',
  todo: 'remove .only',
  check: (house) => inTests(house.sources, /\b(?:it|test|describe|suite)(?:\.\w+)*\.only\b/g, () => '.only'),
};

/** Fewer words than this are no reason. */
const REASON_WORDS_MIN = 3;

export const skip: Rule = {
  name: 'skip',
  why: 'a skipped test looks like a passed one; whoever finds it must learn why and when it can come back',
  todo: 'say the reason in words in a comment on the line or right above, or as the argument of context.skip()',
  check: (house) =>
    inTests(
      house.sources,
      /(?:\b(?:it|test|describe|suite|bench|context|ctx|task|t)(?:\.\w+)*\.(?:skip|skipIf|runIf|todo)|(?<![\w.$])skip)\s*\(/g,
      (source, at) => (hasReason(source, at) ? null : 'skipped without a reason'),
    ),
};

function hasReason(source: Source, at: number): boolean {
  const line = lineAt(source.text, at);
  const near = source.comments.filter((comment) => {
    const last = lineAt(source.text, comment.at + comment.text.length);
    return last === line || last === line - 1;
  });
  const call = source.code.slice(at).match(/^[^(]*\(\s*/)![0].length + at;
  const argument = source.strings.find((string) => string.at >= call - 1 && string.at <= call + 1);
  // it.skip('name', …) carries the name of the test, not the reason; context.skip('reason') does.
  const isContext = /(?:\b(?:context|ctx|task|t)\.|(?<![\w.$]))skip\s*\(/.test(
    source.code.slice(Math.max(0, at - 8), call),
  );
  const texts = [...near.map(({ text }) => text), ...(isContext && argument ? [argument.text] : [])];
  return texts.some((text) => text.trim().split(/\s+/).length >= REASON_WORDS_MIN);
}

export const sleep: Rule = {
  name: 'sleep',
  why: 'a wait by the clock is too short on a busy machine and too long on every other one',
  todo: 'advance the fake clock, wait for the event, or use vi.waitFor with a condition',
  check(house) {
    const called = inTests(house.sources, /\bsleep\s*\(|\bawait\s+delay\s*\(/g, () => 'waits by the clock');
    const named = house.sources
      .filter(({ path }) => isTest(path))
      .flatMap((source) =>
        source.imports
          .filter(({ specifier }) => /^(?:node:)?timers\/promises$/.test(specifier))
          .map(({ line }) => ({ file: source.path, line, what: 'imports timers/promises' })),
      );
    return [...called, ...named, ...house.sources.filter(({ path }) => isTest(path)).flatMap(promisedWaits)];
  },
};

/** `new Promise((resolve) => setTimeout(resolve, …))`, however it is laid out. A time limit that rejects is fine. */
function promisedWaits(source: Source): Place[] {
  const executor = /new\s+Promise(?:<[^(]*>)?\s*\(\s*(?:async\s*)?(?:function\s*)?\(?\s*(\w+)/g;
  return [...source.code.matchAll(executor)].flatMap(({ 1: resolve, index }) => {
    const body = source.code.slice(index, index + 300);
    const waits = new RegExp(`setTimeout\\s*\\(\\s*(?:\\(\\s*\\)\\s*=>\\s*\\{?\\s*)?${resolve}\\b`);
    return waits.test(body) ? [place(source, index, 'a promise that a timer fulfils')] : [];
  });
}

export const ownPath: Rule = {
  name: 'own-path',
  why: 'a path of the machine it was written on does not exist on any other',
  todo: 'derive it from import.meta.dirname, a temporary folder or the configuration',
  check: (house) =>
    house.texts
      .filter(({ path }) => !isAboutUnits(path))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/(?<![\w.~$}-])\/(?:work|root)\/[\w.]/g)].map(({ index, 0: found }) => ({
          file: path,
          line: lineAt(text, index),
          what: `absolute path ${found.slice(0, -1)}`,
        })),
      ),
};

/** Units, and what is written about them, name folders of the machine they are installed on. */
function isAboutUnits(path: string): boolean {
  return path.startsWith('scripts/systemd/') || /^docs\/operations/.test(path);
}

function inTests(
  sources: readonly Source[],
  pattern: RegExp,
  judge: (source: Source, at: number) => string | null,
): Place[] {
  return sources
    .filter(({ path }) => isTest(path))
    .flatMap((source) =>
      [...source.code.matchAll(pattern)].flatMap(({ index }) => {
        const what = judge(source, index);
        return what === null ? [] : [place(source, index, what)];
      }),
    );
}

function place(source: Source, at: number, what: string): Place {
  return { file: source.path, line: lineAt(source.text, at), what };
}
