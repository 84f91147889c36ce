import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCollector } from '../../../collector/app.ts';
import { defaultSettings } from '../../../collector/config.ts';
import { deliverBackup, restoreBackup } from '../../../collector/control/backup.ts';
import { checkInstallation } from '../../../collector/control/check.ts';
import { ask } from '../../../collector/control/client.ts';
import { initialise } from '../../../collector/control/init.ts';
import { testReceivers } from '../../../collector/control/pager-test.ts';
import type { CollectorSettings } from '../../../collector/settings.ts';
import { openStore } from '../../../collector/store/open.ts';
import { systemClock } from '../../../proto/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { sampleDeclaration, sampleFinished } from '../../support/samples.ts';

const log = pino({ level: 'silent' });
const ANY = { host: '127.0.0.1', port: 0 };

function installed(): { settings: CollectorSettings; token: string; data: string } {
  const data = join(temporaryFolder(), 'data');
  const { adminToken } = initialise(data, ['localhost'], systemClock.nowMs());
  const settings = defaultSettings(data);
  settings.listen = { agents: ANY, enrollment: ANY, web: { ...ANY, plain: true } };
  return { settings, token: adminToken!, data };
}

async function running() {
  const made = installed();
  const collector = await startCollector(made.settings, { log });
  onTestFinished(() => collector.stop());
  return { ...made, collector };
}

describe('init', () => {
  it('is safe to repeat: the CA stays, and so do the tokens', () => {
    const data = join(temporaryFolder(), 'data');
    const first = initialise(data, ['localhost'], systemClock.nowMs());
    const second = initialise(data, ['localhost', '127.0.0.1'], systemClock.nowMs());
    expect(second.caPin).toBe(first.caPin);
    expect(first.adminToken).toMatch(/^bp_/);
    expect(second.adminToken).toBeNull();
    expect(statSync(join(data, 'collector.db')).mode & 0o777).toBe(0o600);
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });
});

describe('the collector', () => {
  it('starts, answers and stops', async () => {
    const { collector, token, settings } = await running();
    const get = (path: string) =>
      fetch(collector.url + path, { headers: { authorization: `Bearer ${token}` } });
    expect((await get('/readyz')).status).toBe(200);
    expect(await (await get('/api/v1/status')).json()).toMatchObject({ collector: { problems: [] } });
    expect(statSync(join(settings.data, 'collector.sock')).mode & 0o777).toBe(0o660);
    await collector.stop();
    await expect(get('/readyz')).rejects.toThrow();
    expect(existsSync(join(settings.data, 'collector.sock'))).toBe(false);
  });

  it('can be started again at once, also over a socket file that was left behind', async () => {
    const { settings } = installed();
    writeFileSync(join(settings.data, 'collector.sock'), '');
    for (let round = 0; round < 2; round += 1) {
      const collector = await startCollector(settings, { log });
      await collector.stop();
    }
  });

  it('refuses to be the second on one folder, and leaves the first alone', async () => {
    const { settings } = await running();
    await expect(startCollector(settings, { log })).rejects.toThrow(/another collector is running/);
    expect((await ask(settings, 'status', {})).problems).toEqual([]);
  });

  it('says which address is taken, and stops what it had started', async () => {
    const { collector } = await running();
    const { settings } = installed();
    for (const key of ['agents', 'enrollment', 'web'] as const) {
      const taken = collector.addresses[key];
      const listen = { ...settings.listen, [key]: { ...taken, ...(key === 'web' ? { plain: true } : {}) } };
      await expect(startCollector({ ...settings, listen }, { log })).rejects.toThrow(
        `listen.${key}: 127.0.0.1:${taken.port} is in use by another program`,
      );
    }
    const second = await startCollector(settings, { log });
    await second.stop();
  });

  it('waits for a database that cannot be written, instead of ending', async () => {
    const { settings, data } = installed();
    const holder = new Database(join(data, 'collector.db'));
    holder.exec('BEGIN EXCLUSIVE');
    const collector = await startCollector(settings, {
      log,
      onWaiting: () => {
        if (holder.inTransaction) holder.exec('ROLLBACK');
      },
    });
    expect(holder.inTransaction).toBe(false);
    holder.close();
    await collector.stop();
  });

  it('says what to do where there is no installation', async () => {
    const settings = defaultSettings(temporaryFolder());
    await expect(startCollector(settings, { log })).rejects.toMatchObject({
      next: expect.stringContaining('backproof-collector init'),
    });
  });
});

describe('commands', () => {
  it('do the same over the socket and on the database alone', async () => {
    for (const { settings } of [await running(), installed()]) {
      const order = await ask(settings, 'enroll', { host: 'web1', customer: 'acme', ttlMs: 60_000 });
      expect(order.line).toMatch(
        /^backproof-agent enroll --collector https:\/\/localhost:\d+ --token bpe_\S+ --ca-pin sha256:[0-9a-f]{64}$/,
      );
      const made = await ask(settings, 'token-create', { name: 'maria', role: 'viewer', customer: null });
      expect(made.token).toMatch(/^bp_/);
      await expect(
        ask(settings, 'token-create', { name: 'maria', role: 'viewer', customer: null }),
      ).rejects.toThrow(/there is a token maria already/);
      expect((await ask(settings, 'sign-in-link', { name: 'maria' })).url).toContain('/sign-in?link=');
      expect((await ask(settings, 'token-revoke', { name: 'maria' })).revoked).toBe(true);
      await expect(ask(settings, 'sign-in-link', { name: 'maria' })).rejects.toThrow(
        /there is no token maria/,
      );
      expect((await ask(settings, 'token-list', {})).map((token) => token.name)).toEqual(['admin', 'maria']);
      expect(JSON.stringify(await ask(settings, 'token-list', {}))).not.toContain(made.token);
      await expect(ask(settings, 'revoke', { host: 'web1', reason: 'gone' })).rejects.toThrow(/no host web1/);
      await expect(ask(settings, 'pager-test', {})).rejects.toThrow(/no receiver is configured/);
    }
  });

  it('names the enrollment port that is really listened on', async () => {
    const { settings, collector } = await running();
    const order = await ask(settings, 'enroll', { host: 'web1', customer: 'acme', ttlMs: 60_000 });
    expect(order.line).toContain(`https://localhost:${collector.addresses.enrollment.port} `);
  });

  it('refuse arguments that make no sense, and unknown operations', async () => {
    const { settings } = await running();
    await expect(
      ask(settings, 'enroll', { host: '../x', customer: 'acme', ttlMs: 60_000 }),
    ).rejects.toThrow();
    await expect(ask(settings, 'enroll', { host: 'x', customer: 'a', ttlMs: 3_600_001 })).rejects.toThrow();
    await expect(ask(settings, 'toString' as 'status', {})).rejects.toThrow(/does not know "toString"/);
  });

  it('cannot make the collector keep what never ends', async () => {
    const { settings } = await running();
    const socket = connect(join(settings.data, 'collector.sock'));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write('x'.repeat(200_000));
    await ended;
    expect((await ask(settings, 'status', {})).sessions).toBe(0);
  });
});

describe('backup and restore', () => {
  it('bring the whole collector back, its CA included', async () => {
    const { settings, data } = await running();
    const store = openStore(join(data, 'collector.db'));
    const host = store.hosts.enroll('web1', 'acme', systemClock.nowMs());
    const job = store.jobs.declare(host.id, sampleDeclaration(), '', systemClock.nowMs());
    store.runs.finish(job.id, sampleFinished(), systemClock.nowMs());
    store.close();

    const target = join(temporaryFolder(), 'backup');
    deliverBackup((await ask(settings, 'backup', {})).file, target);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    const again = join(temporaryFolder(), 'again');
    restoreBackup(target, again);
    for (const name of ['ca.pem', 'ca-key.pem', 'server.pem']) {
      const file = join('authority', name);
      expect(readFileSync(join(again, file))).toEqual(readFileSync(join(data, file)));
      expect(statSync(join(again, file)).mode & 0o777).toBe(0o600);
    }
    const restored = await ask(defaultSettings(again), 'runs', {});
    expect(restored).toMatchObject([{ host: 'web1', outcome: 'succeeded' }]);
    const elsewhere = { ...settings, data: again };
    const collector = await startCollector(elsewhere, { log });
    await collector.stop();
  });

  it('refuse to put the copy of a damaged database in a good one’s place', async () => {
    const { settings, data } = await running();
    const target = join(temporaryFolder(), 'backup');
    deliverBackup((await ask(settings, 'backup', {})).file, target);
    const good = readFileSync(target);
    const { file } = await ask(settings, 'backup', {});
    const damaged = readFileSync(file);
    // Its first pages still say what it is.
    damaged.fill(0xa5, 8 * 4096, damaged.length - 4096);
    writeFileSync(file, damaged);
    expect(() => deliverBackup(file, target)).toThrow(/database is damaged, and so is its copy/);
    expect(readFileSync(target).equals(good)).toBe(true);
    expect(readdirSync(dirname(target))).toEqual(['backup']);
    expect(existsSync(join(data, 'collector.db'))).toBe(true);
  });

  it('never write over a collector, and refuse what is no backup', () => {
    const { data } = installed();
    expect(() => restoreBackup(join(data, 'collector.db'), data)).toThrow(/holds a collector already/);
    const empty = join(temporaryFolder(), 'empty');
    expect(() => restoreBackup(join(data, 'collector.db'), empty)).toThrow(/not a backup/);
    const rubbish = join(temporaryFolder(), 'rubbish');
    writeFileSync(rubbish, 'x'.repeat(5_000));
    expect(() => restoreBackup(rubbish, empty)).toThrow(/cannot be restored/);
    expect(existsSync(join(empty, 'collector.db'))).toBe(false);
  });
});

describe('check', () => {
  it('finds a sound installation sound, but for nobody being told', async () => {
    const { settings } = installed();
    const findings = await checkInstallation(settings, systemClock.nowMs());
    expect(findings.filter((finding) => !finding.ok).map((finding) => finding.about)).toEqual(['receivers']);
  });

  it('finds the addresses of a collector that runs in use, and right so; of another program, wrong', async () => {
    const { settings, collector } = await running();
    const { agents, enrollment, web } = collector.addresses;
    const held = { ...settings, listen: { agents, enrollment, web: { ...web, plain: true } } };
    const listeners = async (looked: CollectorSettings) =>
      (await checkInstallation(looked, systemClock.nowMs())).filter(({ about }) =>
        about.startsWith('listen.'),
      );
    expect(await listeners(held)).toEqual(
      Object.entries(held.listen).map(([key, { host, port }]) => ({
        about: `listen.${key}`,
        ok: true,
        says: `${host}:${port} is in use, and the collector runs`,
      })),
    );
    const stranger = await listeners({ ...installed().settings, listen: held.listen });
    expect(stranger.map(({ ok, says }) => [ok, says.includes('by another program')])).toEqual([
      [false, true],
      [false, true],
      [false, true],
    ]);
  });

  it('a receiver whose secret systemd would hand over is not tried without it', async () => {
    const { settings } = installed();
    const oncall = {
      kind: 'pagerduty' as const,
      routingKey: '',
      url: 'http://127.0.0.1:9',
      allowAddresses: [],
    };
    expect(await testReceivers({ ...settings, receivers: { oncall } }, undefined, 0)).toMatchObject([
      { delivered: false, reason: expect.stringContaining('systemctl start backproof-collector') },
    ]);
  });

  it('finds routes that pass over what is wrong with the collector itself', async () => {
    const { settings } = installed();
    const oncall = {
      kind: 'pagerduty' as const,
      routingKey: '',
      url: 'http://127.0.0.1:9',
      allowAddresses: [],
    };
    const acme = { match: { customer: 'acme' }, to: ['oncall'], remindEveryMs: null, continue: false };
    const receiversOf = async (routes: (typeof settings)['routes']) =>
      (await checkInstallation({ ...settings, receivers: { oncall }, routes }, systemClock.nowMs())).find(
        ({ about }) => about === 'receivers',
      );
    expect(await receiversOf([acme])).toMatchObject({
      ok: false,
      says: expect.stringContaining(
        'no route takes collector_unwell, fleet_silent, delivery_failing, clock_skew',
      ),
    });
    expect(await receiversOf([acme, { ...acme, match: { severity: 'critical' } }])).toMatchObject({
      ok: true,
    });
  });

  it('finds a damaged database', async () => {
    const { settings, data } = installed();
    const file = join(data, 'collector.db');
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8_192, 40_960);
    writeFileSync(file, bytes);
    const findings = await checkInstallation(settings, systemClock.nowMs());
    expect(findings.find((finding) => finding.about === 'database')?.ok).toBe(false);
  });
});
