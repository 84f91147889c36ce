import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, type ConfigFinding, readConfig } from '../../../proto/yaml-config.ts';

const schema = z.strictObject({
  data: z.string().default('/var/lib/x'),
  listen: z.strictObject({ web: z.string(), agents: z.string() }).optional(),
  receivers: z
    .record(
      z.string().regex(/^[a-z]+$/, 'a name of letters'),
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('webhook'), url: z.string(), secret_file: z.string().optional() }),
        z.strictObject({ kind: z.literal('pagerduty'), routing_key_file: z.string() }),
      ]),
    )
    .default({}),
  databases: z.union([z.literal('all'), z.array(z.string())]).optional(),
  every: z
    .string({ error: 'a duration such as 10m' })
    .regex(/^\d+m$/, 'a duration such as 10m')
    .optional(),
});

async function problemsOf(text: string, alsoCheck?: (raw: unknown) => ConfigFinding[]) {
  const error = await readConfig(text, 'x.yaml', schema, alsoCheck).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).problems;
}

describe('readConfig', () => {
  it('returns the value with its defaults', async () => {
    const { config } = await readConfig('listen: { web: a, agents: b }\n', 'x.yaml', schema);
    expect(config).toEqual({ data: '/var/lib/x', listen: { web: 'a', agents: 'b' }, receivers: {} });
  });

  it('takes an empty file as no keys', async () => {
    expect((await readConfig('# nothing\n', 'x.yaml', schema)).config.data).toBe('/var/lib/x');
  });

  it('reports every error at once, in the order of the file, with line, key, found and allowed', async () => {
    const problems = await problemsOf(
      [
        'dat: /srv',
        'listen:',
        '  web: 7',
        'receivers:',
        '  hook: { kind: webhok, url: u }',
        'every: 10',
      ].join('\n'),
    );
    expect(problems).toMatchObject([
      { line: 1, key: 'dat', found: 'an unknown key', nearest: 'data' },
      { line: 2, key: 'listen.agents', found: 'nothing', allowed: 'a text' },
      { line: 3, key: 'listen.web', found: '7', allowed: 'a text' },
      { line: 5, key: 'receivers.hook.kind', found: '"webhok"', nearest: 'webhook' },
      { line: 6, key: 'every', found: '10', allowed: 'a duration such as 10m' },
    ]);
  });

  it('names the keys of the chosen alternative only', async () => {
    const problems = await problemsOf('receivers:\n  hook:\n    kind: webhook\n    url: u\n    secret: s\n');
    expect(problems).toMatchObject([
      { line: 5, key: 'receivers.hook.secret', allowed: 'kind, url, secret_file', nearest: 'secret_file' },
    ]);
  });

  it('says both forms when a value fits neither', async () => {
    const problems = await problemsOf('databases: some\n');
    expect(problems).toMatchObject([
      { line: 1, key: 'databases', found: '"some"', allowed: 'all, or a list' },
    ]);
  });

  it('follows the alternative that came furthest', async () => {
    const problems = await problemsOf('databases: [a, 5]\n');
    expect(problems).toMatchObject([{ line: 1, key: 'databases.1', found: '5', allowed: 'a text' }]);
  });

  it('refuses a bad name among a record’s keys', async () => {
    const problems = await problemsOf('receivers:\n  "on call": { kind: webhook, url: u }\n');
    expect(problems).toMatchObject([{ line: 2, key: 'receivers.on call', allowed: 'a name of letters' }]);
  });

  it('reports where the reading broke off, and not what followed from it', async () => {
    const tab = ['listen:', '\tweb: a', '\tagents: b', 'data: /srv', 'data: /srv'].join('\n');
    expect(await problemsOf(tab)).toMatchObject([
      { line: 2, found: '"web: a"', allowed: 'spaces as indentation, no tabs' },
      { line: 5, allowed: 'each key once' },
    ]);
    expect(await problemsOf('listen:\n  web: a\n agents: b\n  x: y\n')).toHaveLength(1);
  });

  it('says that a text which begins with an asterisk wants quotes', async () => {
    expect(await problemsOf('databases: [all, */cache]\n')).toMatchObject([
      { line: 1, allowed: 'quotes around a text that begins with an asterisk: "*/cache"' },
    ]);
  });

  it('reports duplicate keys and broken YAML by line', async () => {
    expect(await problemsOf('data: a\ndata: b\n')).toMatchObject([
      { line: 2, found: '"data: b"', allowed: 'each key once' },
    ]);
    expect((await problemsOf('listen: {\n')).length).toBeGreaterThan(0);
  });

  it('refuses a list where keys are expected', async () => {
    expect(await problemsOf('- a\n')).toMatchObject([
      { key: '', found: '["a"]', allowed: 'keys and values' },
    ]);
  });

  it('survives a file of exploding aliases', async () => {
    const rows = ['a0: &a0 [x, x]'];
    for (let i = 1; i < 30; i += 1) rows.push(`a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`);
    expect(await problemsOf(rows.join('\n'))).toMatchObject([{ found: 'aliases' }]);
  });

  it('adds the findings of further checks to those of the schema', async () => {
    const problems = await problemsOf('dta: 1\ndata: /open\n', () => [
      { path: ['data'], found: 'mode 0644', allowed: 'mode 0600' },
    ]);
    expect(problems.map((problem) => problem.key)).toEqual(['dta', 'data']);
  });

  it('prints one readable line a problem and exits with 2', async () => {
    const error = await readConfig('dat: /srv\n', '/etc/x.yaml', schema).catch((thrown: unknown) => thrown);
    expect((error as ConfigError).exitCode).toBe(2);
    expect((error as ConfigError).message).toBe(
      '/etc/x.yaml cannot be used: 1 error\n' +
        '  line 1: dat: found an unknown key, allowed: data, listen, receivers, databases, every; did you mean "data"?',
    );
  });
});
