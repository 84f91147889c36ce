/** The two harness programs as single files, so that a process is up in a tenth of a second. */
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../..');
/** Native, or loading its parts by name at run time. */
const EXTERNAL = ['better-sqlite3', 'pino', 'systeminformation'];

/** Bundles both into a new `folder`. */
export async function buildPrograms(folder: string): Promise<{ agent: string; collector: string }> {
  await build({
    absWorkingDir: root,
    entryPoints: {
      agent: 'test/support/chaos/agent-process.ts',
      collector: 'test/support/chaos/collector-process.ts',
    },
    outdir: folder,
    bundle: true,
    splitting: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
    external: EXTERNAL,
    // Bundled CommonJS asks for node's own modules by `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  // What is not bundled is found from there.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(root, 'collector/store/migrations'), join(folder, 'migrations'), { recursive: true });
  return { agent: join(folder, 'agent.mjs'), collector: join(folder, 'collector.mjs') };
}
