import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, loadConfig } from '../../../collector/config.ts';
import { ConfigError } from '../../../proto/yaml-config.ts';

const RULES = ['sync_failed', 'agent_silent'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'collector-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode });
  return file;
}

async function problemsOf(text: string) {
  const thrown: unknown = await loadConfig(write('collector.yaml', text), RULES).catch(
    (error: unknown) => error,
  );
  if (!(thrown instanceof ConfigError)) throw thrown;
  return thrown.problems;
}

describe('loadConfig', () => {
  it('has a default for everything', async () => {
    const settings = await loadConfig(write('collector.yaml', ''), RULES);
    expect(settings).toEqual(defaultSettings('/var/lib/backproof'));
    expect(settings).toMatchObject({
      listen: {
        agents: { host: '0.0.0.0', port: 7443 },
        web: { host: '127.0.0.1', port: 8443, plain: false },
      },
      publicUrl: 'https://127.0.0.1:8443',
      agents: { silentAfterMs: 120_000, clockSkewMaxMs: 60_000 },
      startupGraceMs: 120_000,
      routes: [],
      heartbeat: null,
    });
  });

  it('reads receivers with their secrets, and routes everything to everyone when there are no routes', async () => {
    const key = write('pagerduty', `${'a'.repeat(32)}\n`);
    const secret = write('hook', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const settings = await loadConfig(
      write(
        'collector.yaml',
        `receivers:
  oncall: { kind: pagerduty, routing_key_file: ${key} }
  hook: { kind: webhook, url: "http://127.0.0.1:9/x", secret_file: ${secret}, allow_addresses: [127.0.0.0/8] }
`,
      ),
      RULES,
    );
    expect(settings.receivers).toEqual({
      oncall: {
        kind: 'pagerduty',
        routingKey: 'a'.repeat(32),
        url: 'https://events.pagerduty.com/v2/enqueue',
        allowAddresses: [],
      },
      hook: {
        kind: 'webhook',
        url: 'http://127.0.0.1:9/x',
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        allowAddresses: ['127.0.0.0/8'],
      },
    });
    expect(settings.routes).toEqual([
      { match: {}, to: ['oncall', 'hook'], remindEveryMs: null, continue: false },
    ]);
  });

  it('says every error at once', async () => {
    const open = write('open', 'a'.repeat(32), 0o644);
    const problems = await problemsOf(`dta: /srv
listen: { web: "http://0.0.0.0:80", agents: 7443 }
receivers:
  oncall: { kind: pagerduty, routing_key_file: ${open} }
  ops: { kind: slack, url_file: /x }
routes:
  - { match: { severity: fatal }, to: [oncal] }
agents: { silent_after: 10 }
prove: { every: 7d }
`);
    expect(problems.map(({ line, key }) => `${line} ${key}`)).toEqual([
      '1 dta',
      '2 listen.web',
      '2 listen.agents',
      '4 receivers.oncall.routing_key_file',
      '5 receivers.ops.kind',
      '7 routes.0.match.severity',
      '7 routes.0.to.0',
      '8 agents.silent_after',
      '9 prove',
    ]);
    expect(problems[0]).toMatchObject({ nearest: 'data' });
    expect(problems[0]!.allowed).not.toContain('prove');
    expect(problems[3]!.found).toBe(`${open} with mode 0644`);
    expect(problems[4]!.allowed).toBe('webhook, pagerduty ("slack" is not supported by this version)');
    expect(problems[6]).toMatchObject({ found: '"oncal"', nearest: 'oncall' });
    expect(problems[8]!.allowed).toContain('not supported by this version');
  });

  it('refuses a secret that is missing or holds something else', async () => {
    const wrong = write('wrong', 'not a key');
    const problems = await problemsOf(`receivers:
  a: { kind: pagerduty, routing_key_file: ${wrong} }
  b: { kind: pagerduty, routing_key_file: ${folder}/missing }
`);
    expect(problems[0]!.allowed).toContain('32 letters and digits');
    expect(problems[1]!.found).toContain('ENOENT');
  });

  it('refuses a route for a rule that does not exist: it would send nothing, ever', async () => {
    const problems = await problemsOf('routes:\n  - { match: { rule: sync_faild }, to: [] }\n');
    expect(problems[0]).toMatchObject({ line: 2, key: 'routes.0.match.rule', nearest: 'sync_failed' });
  });

  it('takes plain HTTP on loopback only', async () => {
    const settings = await loadConfig(
      write('collector.yaml', 'listen: { web: "http://127.0.0.1:0", agents: "[::1]:0" }'),
      RULES,
    );
    expect(settings.listen.web).toEqual({ host: '127.0.0.1', port: 0, plain: true });
    expect(settings.listen.agents).toEqual({ host: '::1', port: 0 });
    expect((await problemsOf('listen: { web: "http://192.0.2.1:80" }')).length).toBe(1);
  });

  it('goes on without a credential of a unit that does not run, except for the collector itself', async () => {
    const absent = '/run/credentials/backproof-collector.service/pagerduty';
    const text = `receivers:\n  oncall: { kind: pagerduty, routing_key_file: ${absent} }\n`;
    const { receivers } = await loadConfig(write('collector.yaml', text), RULES, 'if-there');
    expect(receivers.oncall).toMatchObject({ routingKey: '' });
    expect(await problemsOf(text)).toMatchObject([
      { line: 2, key: 'receivers.oncall.routing_key_file', found: expect.stringContaining(absent) },
    ]);
    expect((await problemsOf(text))[0]!.allowed).toContain(
      'systemctl edit backproof-collector, LoadCredential=pagerduty:FILE below [Service]',
    );
    const other = await problemsOf(text.replace(absent, '/run/elsewhere/pagerduty'));
    expect(other[0]!.allowed).toBe('a file the collector can read');
  });

  it('says what to do when the file does not exist', async () => {
    await expect(loadConfig(join(folder, 'none.yaml'), RULES)).rejects.toThrow('does not exist');
  });
});
