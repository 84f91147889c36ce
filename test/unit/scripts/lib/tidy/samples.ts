/** Houses that break a rule, each beside one that nearly does. */

export interface Sample {
  title: string;
  files: Record<string, string>;
  /** `file:line` of each finding. */
  caught: string[];
}

const lines = (count: number) => 'x();\n'.repeat(count);
const mark = (letters: string) => letters.replace('-', '');

export const SAMPLES: Record<string, Sample[]> = {
  sides: [
    {
      title: 'proto imports a side',
      files: { 'proto/a.ts': "import { b } from '../agent/b.ts';" },
      caught: ['proto/a.ts:1'],
    },
    {
      title: 'a side imports the other',
      files: { 'agent/a.ts': "\nimport type { B } from '../collector/b.ts';" },
      caught: ['agent/a.ts:2'],
    },
    {
      title: 'production code imports a test',
      files: { 'agent/a.ts': "export * from '../test/support/b.ts';" },
      caught: ['agent/a.ts:1'],
    },
    {
      title: 'a dynamic import is one too',
      files: { 'collector/a.ts': "await import('../scripts/b.ts');" },
      caught: ['collector/a.ts:1'],
    },
    {
      title: 'proto and the own side are fine',
      files: { 'agent/a.ts': "import '../proto/b.ts';\nimport './c.ts';\nimport p from '../package.json';" },
      caught: [],
    },
    {
      title: 'a path in a text is no import',
      files: { 'agent/a.ts': "const from = '../collector/b.ts';" },
      caught: [],
    },
  ],
  layers: [
    {
      title: 'the runner imports the scheduler',
      files: { 'agent/runner.ts': "import { s } from './scheduler.ts';" },
      caught: ['agent/runner.ts:1'],
    },
    {
      title: 'the store imports the page',
      files: { 'collector/store/a.ts': "import {\n  w,\n} from '../web/w.tsx';" },
      caught: ['collector/store/a.ts:3'],
    },
    {
      title: 'a part of a unit is in its layer',
      files: { 'agent/spool/writer.ts': "import { l } from '../link.ts';" },
      caught: ['agent/spool/writer.ts:1'],
    },
    { title: 'a unit in no layer', files: { 'collector/misc/a.ts': '' }, caught: ['collector/misc/a.ts:1'] },
    {
      title: 'downwards and sideways are fine',
      files: { 'collector/evaluate.ts': "import './store/a.ts';\nimport './deliver.ts';" },
      caught: [],
    },
  ],
  circles: [
    {
      title: 'two files import each other',
      files: { 'proto/a.ts': "import './b.ts';", 'proto/b.ts': "\nimport './a.ts';" },
      caught: ['proto/a.ts:1'],
    },
    {
      title: 'a ring of three',
      files: {
        'proto/a.ts': "import './b.ts';",
        'proto/b.ts': "import './c.ts';",
        'proto/c.ts': "import './a.ts';",
      },
      caught: ['proto/a.ts:1'],
    },
    {
      title: 'two ways to one file are no ring',
      files: {
        'proto/a.ts': "import './b.ts';\nimport './c.ts';",
        'proto/b.ts': "import './c.ts';",
        'proto/c.ts': '',
      },
      caught: [],
    },
  ],
  unreached: [
    {
      title: 'nobody imports it',
      files: { 'agent/main.ts': '', 'agent/a.ts': '' },
      caught: ['agent/a.ts:1'],
    },
    {
      title: 'only a test imports it',
      files: {
        'agent/main.ts': '',
        'agent/a.ts': '',
        'test/unit/agent/a.test.ts': "import '../../../agent/a.ts';",
      },
      caught: ['agent/a.ts:1'],
    },
    {
      title: 'support that no test uses',
      files: { 'test/support/a.ts': '' },
      caught: ['test/support/a.ts:1'],
    },
    {
      title: 'reached step by step, also lazily and as a worker',
      files: {
        'agent/main.ts': "await import('./a.ts');",
        'agent/a.ts': "new URL('./b.ts', import.meta.url)",
        'agent/b.ts': '',
      },
      caught: [],
    },
  ],
  purity: [
    {
      title: 'the clock',
      files: { 'collector/assurances/a.ts': 'Date.now();\nnew Date();\nperformance.now();' },
      caught: ['collector/assurances/a.ts:1', 'collector/assurances/a.ts:2', 'collector/assurances/a.ts:3'],
    },
    {
      title: 'chance and environment',
      files: { 'agent/decide/a.ts': 'Math.random();\nprocess.env.X;' },
      caught: ['agent/decide/a.ts:1', 'agent/decide/a.ts:2'],
    },
    {
      title: 'IO and random by import',
      files: { 'agent/tools/a.ts': "import fs from 'node:fs';\nimport { randomUUID } from 'node:crypto';" },
      caught: ['agent/tools/a.ts:1', 'agent/tools/a.ts:2'],
    },
    {
      title: 'waiting and printing',
      files: { 'proto/run.ts': 'setTimeout(f, 1);\nconsole.log(1);' },
      caught: ['proto/run.ts:1', 'proto/run.ts:2'],
    },
    {
      title: 'impurity behind an import',
      files: { 'proto/schedule.ts': "import { c } from './c.ts';", 'proto/c.ts': 'Date.now();' },
      caught: ['proto/c.ts:1'],
    },
    {
      title: 'a given instant, a hash and a type are fine',
      files: {
        'proto/schedule.ts':
          "import { createHash } from 'node:crypto';\nimport type { Server } from 'node:http';\nnew Date(ms);\nDate.UTC(1);",
      },
      caught: [],
    },
    { title: 'elsewhere the clock may be read', files: { 'proto/clock.ts': 'Date.now();' }, caught: [] },
  ],
  sql: [
    {
      title: 'a statement',
      files: { 'collector/evaluate.ts': "db.all('SELECT id FROM job');" },
      caught: ['collector/evaluate.ts:1'],
    },
    {
      title: 'in a template, over lines',
      files: { 'agent/runner.ts': 'q(`\n  INSERT INTO run VALUES (1)`);' },
      caught: ['agent/runner.ts:1'],
    },
    {
      title: 'the library',
      files: { 'agent/link.ts': "import D from 'better-sqlite3';" },
      caught: ['agent/link.ts:1'],
    },
    {
      title: 'its places, the customer’s database and plain words are fine',
      files: {
        'collector/store/a.ts': "'SELECT 1'",
        'agent/spool.ts': "import D from 'better-sqlite3'; 'PRAGMA x';",
        'agent/tools/psql.ts': "'SELECT 1'",
        'agent/main.ts': "'Update the agent'; 'Select a host';",
      },
      caught: [],
    },
  ],
  'child-process': [
    {
      title: 'spawn elsewhere',
      files: { 'agent/runner.ts': "import { spawn } from 'node:child_process';" },
      caught: ['agent/runner.ts:1'],
    },
    {
      title: 'its place and tests are fine',
      files: {
        'agent/process.ts': "import 'node:child_process';",
        'test/e2e/a.test.ts': "import 'node:child_process';",
      },
      caught: [],
    },
  ],
  environment: [
    {
      title: 'a hidden switch',
      files: { 'agent/runner.ts': 'if (process.env.DEBUG) x();' },
      caught: ['agent/runner.ts:1'],
    },
    {
      title: 'by import',
      files: { 'agent/runner.ts': "import { env } from 'node:process';" },
      caught: ['agent/runner.ts:1'],
    },
    {
      title: 'config.ts and a comment are fine',
      files: { 'agent/config.ts': 'process.env.X;', 'agent/main.ts': '// process.env is read in config.ts' },
      caught: [],
    },
  ],
  forge: [
    {
      title: 'forge elsewhere',
      files: { 'collector/ingest/a.ts': "import forge from 'node-forge';" },
      caught: ['collector/ingest/a.ts:1'],
    },
    {
      title: 'loaded late is still loaded',
      files: { 'agent/link.ts': "await import('node-forge');" },
      caught: ['agent/link.ts:1'],
    },
    {
      title: 'its places are fine',
      files: {
        'collector/authority/ca.ts': "import forge from 'node-forge';",
        'agent/enrollment.ts': "import 'node-forge';",
      },
      caught: [],
    },
  ],
  length: [
    { title: 'one line too many', files: { 'agent/a.ts': lines(401) }, caught: ['agent/a.ts:401'] },
    {
      title: 'just short enough',
      files: { 'agent/a.ts': lines(400), 'proto/generated/a.js': lines(9000) },
      caught: [],
    },
  ],
  median: [
    {
      title: 'long files are the rule',
      files: { 'agent/a.ts': lines(121), 'agent/b.ts': lines(130), 'agent/c.ts': lines(9) },
      caught: ['agent/b.ts:1'],
    },
    {
      title: 'long files are the exception',
      files: {
        'agent/a.ts': lines(120),
        'agent/b.ts': lines(300),
        'agent/c.ts': lines(9),
        'test/e2e/a.test.ts': lines(400),
      },
      caught: [],
    },
  ],
  'left-over': [
    {
      title: 'a note',
      files: { 'agent/a.ts': `x();\n// ${mark('TO-DO')}: later\n/* ${mark('FIX-ME')} */` },
      caught: ['agent/a.ts:2', 'agent/a.ts:3'],
    },
    { title: 'the word in a text', files: { 'agent/a.ts': `'${mark('TO-DO')}'` }, caught: [] },
  ],
  only: [
    {
      title: 'focused',
      files: { 'test/unit/a.test.ts': "it('a', f);\nit.only('b', f);" },
      caught: ['test/unit/a.test.ts:2'],
    },
    { title: 'in a text', files: { 'test/unit/a.test.ts': "it('refuses it.only', f);" }, caught: [] },
  ],
  skip: [
    {
      title: 'silently',
      files: {
        'test/e2e/a.test.ts': "it.skip('a long name of a test', f);\nit.skipIf(x)('b', f);\ncontext.skip();",
      },
      caught: ['test/e2e/a.test.ts:1', 'test/e2e/a.test.ts:2', 'test/e2e/a.test.ts:3'],
    },
    {
      title: 'with a reason',
      files: {
        'test/e2e/a.test.ts':
          "// needs root to boot a machine\nit.skipIf(x)('b', f);\ncontext.skip('needs root to boot');\nrunner.skip(job);",
      },
      caught: [],
    },
  ],
  sleep: [
    {
      title: 'a nap',
      files: {
        'test/e2e/a.test.ts':
          'await sleep(5);\nawait new Promise((r) => setTimeout(r, 5));\nawait new Promise<void>((done) => {\n  setTimeout(() => done(), 5);\n});',
      },
      caught: ['test/e2e/a.test.ts:1', 'test/e2e/a.test.ts:2', 'test/e2e/a.test.ts:3'],
    },
    {
      title: 'by import',
      files: { 'test/support/a.ts': "import { setTimeout as nap } from 'node:timers/promises';" },
      caught: ['test/support/a.ts:1'],
    },
    {
      title: 'a time limit, and production code',
      files: {
        'test/e2e/a.test.ts':
          'new Promise((resolve, reject) => { setTimeout(() => reject(new Error()), 5); });\nproxy.delay(5);',
        'agent/a.ts': 'new Promise((r) => setTimeout(r, 5));',
      },
      caught: [],
    },
  ],
  'own-path': [
    {
      title: 'a folder of one machine',
      files: { 'README.md': `ok\nsee ${mark('/wo-rk/main/x')}`, 'agent/a.ts': `'${mark('/ro-ot/.ssh')}'` },
      caught: ['README.md:2', 'agent/a.ts:1'],
    },
    {
      title: 'a relative path, and what units name',
      files: { 'README.md': 'proto/work/x and ~/root/x', 'scripts/systemd/a.service': mark('/ro-ot/x') },
      caught: [],
    },
  ],
  mirror: [
    {
      title: 'a test of nothing',
      files: { 'agent/a.ts': '', 'test/unit/agent/b.test.ts': '' },
      caught: ['test/unit/agent/b.test.ts:1'],
    },
    {
      title: 'a test of a file or an aspect of it',
      files: {
        'agent/a.ts': '',
        'collector/web/p.tsx': '',
        'test/unit/agent/a.test.ts': '',
        'test/unit/agent/a-stop.test.ts': '',
        'test/unit/collector/web/p.test.tsx': '',
      },
      caught: [],
    },
  ],
  conformance: [
    {
      title: 'registered, and no suite knows it',
      files: {
        'agent/engines/index.ts': "import { files } from './files.ts';",
        'agent/engines/files.ts': '',
        'test/conformance/notifiers.test.ts': "const job = 'files';",
      },
      caught: ['agent/engines/files.ts:1'],
    },
    {
      title: 'known to the suite, or a helper',
      files: {
        'agent/engines/index.ts': "import { files } from './files.ts';",
        'agent/engines/files.ts': '',
        'agent/engines/borg-steps.ts': '',
        'test/conformance/files.test.ts': '',
        'collector/assurances/index.ts': "import { proven } from './proven.ts';",
        'collector/assurances/proven.ts': '',
        'test/conformance/assurances.test.ts': "import '../../collector/assurances/proven.ts';",
      },
      caught: [],
    },
  ],
};
