import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerBaseBackup } from '../../../../agent/commands/answer-base-backup.ts';
import { askForBaseBackup } from '../../../../agent/commands/base-backup.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(folder: string, onConnection: (socket: Socket) => void): Promise<string> {
  const path = join(folder, 'unit.sock');
  // As a unit's standard input and output: what it still has to say goes out although the other side has ended.
  const server = createServer({ allowHalfOpen: true }, onConnection);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

/** In a folder of root's own, where nobody else can change anything: what the unit trusts. */
function configured(script: string): { folder: string; config: string } {
  const folder = temporaryFolder();
  const program = join(folder, 'pgbackrest');
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const config = join(folder, 'agent.yaml');
  writeFileSync(
    config,
    `collector: wss://localhost:1
timezone: UTC
repositories: { acme: { borg: /srv/borg, passphrase_file: /nowhere/key } }
jobs:
  shop-pitr:
    kind: postgres-pitr
    stanza: shop
    schedule: { cron: "0 2 * * *", finish_within: 1h }
    pgbackrest: { program: ${program} }
  files: { kind: files, repository: acme, paths: [/srv], schedule: { cron: "0 2 * * *", finish_within: 1h } }
`,
    { mode: 0o644 },
  );
  return { folder, config };
}

// A configuration that only root can change is root's to make.
describe.skipIf(process.getuid?.() !== 0)('a base backup that is asked for', () => {
  let folder = '';

  async function unit(script: string): Promise<{ socket: string; config: string }> {
    const made = configured(script);
    folder = made.folder;
    const socket = await listening(folder, (connection) => {
      const asker = { input: connection, output: connection };
      void answerBaseBackup(made.config, asker, systemClock).then(() => connection.end());
    });
    return { socket, config: made.config };
  }

  const ask = async (socket: string, job: string, type = 'incr') => {
    const lines: string[] = [];
    const exitCode = await askForBaseBackup({ job, type }, (line) => lines.push(line), socket);
    return { exitCode, lines };
  };

  it('is made with the command of the configuration, and its words and its exit code come back', async () => {
    const { socket } = await unit('echo "called with $*"; echo trouble >&2; exit 55');
    const { exitCode, lines } = await ask(socket, 'shop-pitr', 'full');
    expect(exitCode).toBe(55);
    expect(lines).toContain('called with --stanza=shop --type=full --log-level-console=info backup');
    expect(lines).toContain('trouble');
  });

  it('is refused for what is no PITR job of the configuration, without anything being run', async () => {
    const { socket } = await unit('touch "$0.ran"');
    await expect(ask(socket, 'files')).rejects.toThrow(
      /has no job files whose base backups pgBackRest makes/,
    );
    await expect(ask(socket, 'nothing')).rejects.toThrow(/was refused/);
    await expect(ask(socket, 'shop-pitr --config=/tmp/x')).rejects.toThrow(/takes a line with the name/);
    await expect(ask(socket, 'shop-pitr', 'sudo')).rejects.toThrow(/no type of a backup/);
  });

  it('is refused when others than root can change the configuration', async () => {
    const { socket, config } = await unit('exit 0');
    chmodSync(config, 0o664);
    await expect(ask(socket, 'shop-pitr')).rejects.toThrow(/others than root can change .*agent\.yaml/);
  });

  it('ends with the connection', async () => {
    const { socket } = await unit(
      'trap "touch $0.ended; exit 63" TERM; touch "$0.begun"; while :; do sleep 0.05; done',
    );
    const connection = connect(socket);
    connection.write('shop-pitr full\n');
    await vi.waitFor(() => expect(existsSync(join(folder, 'pgbackrest.begun'))).toBe(true), {
      timeout: 10_000,
    });
    connection.destroy();
    await vi.waitFor(() => expect(existsSync(join(folder, 'pgbackrest.ended'))).toBe(true), {
      timeout: 10_000,
    });
  });

  it('fails when the unit ends before it has said how the backup ended', async () => {
    folder = temporaryFolder();
    const socket = await listening(folder, (connection) => connection.end('{"line":"copying"}\n'));
    await expect(ask(socket, 'shop-pitr')).rejects.toThrow(/before it had said how/);
  });

  it('cannot be asked for where there is no unit', async () => {
    folder = temporaryFolder();
    await expect(ask(join(folder, 'none.sock'), 'shop-pitr')).rejects.toThrow(
      /no base backup can be asked for/,
    );
  });
});
