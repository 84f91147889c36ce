/**
 * A real storage host on loopback: an sshd of its own whose only keys may run
 * `borg serve --append-only --restrict-to-path REPOSITORIES/CUSTOMER` and nothing else.
 * It runs as whoever runs the test; nobody else can log in, since it knows no other key.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const READY_WITHIN_MS = 10_000;

export interface StorageRepository {
  /** ssh:// URL for agent.yaml. */
  url: string;
  /** The same repository as the storage host sees it. */
  path: string;
  /** `ssh ...` with the customer's key, for borg's --rsh. */
  sshCommand: string;
  passphraseFile: string;
  passphrase: string;
}

export class Storage {
  readonly folder: string;
  readonly port: number;
  readonly #sshd: ChildProcess;

  private constructor(folder: string, port: number, sshd: ChildProcess) {
    this.folder = folder;
    this.port = port;
    this.#sshd = sshd;
  }

  static async start(folder: string): Promise<Storage> {
    mkdirSync(join(folder, 'repositories'), { recursive: true });
    mkdirSync(join(folder, 'keys'), { recursive: true, mode: 0o700 });
    await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host_key')]);
    writeFileSync(join(folder, 'authorized_keys'), '', { mode: 0o600 });
    // sshd insists on its privilege separation folder when root starts it.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const port = await freePort();
    writeFileSync(
      join(folder, 'sshd_config'),
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${join(folder, 'host_key')}`,
        `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
        'PidFile none',
        'UsePAM no',
        'StrictModes no',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'PermitRootLogin prohibit-password',
        'MaxStartups 100',
        '',
      ].join('\n'),
    );
    const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    await accepting(port);
    return new Storage(folder, port, sshd);
  }

  /** Makes the customer's key and an encrypted repository `CUSTOMER/NAME`. */
  async createRepository(customer: string, name: string): Promise<StorageRepository> {
    const home = join(this.folder, 'repositories', customer);
    const path = join(home, name);
    const key = join(this.folder, 'keys', customer);
    if (!existsSync(key)) {
      mkdirSync(home, { recursive: true });
      await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
      const { stdout } = await exec('cat', [`${key}.pub`]);
      appendFileSync(
        join(this.folder, 'authorized_keys'),
        `command="borg serve --append-only --restrict-to-path ${home}",restrict ${stdout.trim()}\n`,
      );
      writeFileSync(`${key}.passphrase`, `the passphrase of ${customer}\n`, { mode: 0o600 });
    }
    const passphrase = `the passphrase of ${customer}`;
    await exec('borg', ['init', '--encryption', 'repokey-blake2', path], {
      env: {
        ...process.env,
        BORG_PASSPHRASE: passphrase,
        BORG_BASE_DIR: join(this.folder, 'borg-of-storage'),
      },
    });
    return {
      url: `ssh://${userInfo().username}@127.0.0.1:${this.port}${path}`,
      path,
      sshCommand: [
        `ssh -i ${key} -o BatchMode=yes -o IdentitiesOnly=yes -o LogLevel=ERROR`,
        `-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=${join(this.folder, 'known_hosts')}`,
      ].join(' '),
      passphraseFile: `${key}.passphrase`,
      passphrase,
    };
  }

  /** Names of the archives, as `borg list` on the storage host itself confirms them. */
  async archives(repository: StorageRepository): Promise<string[]> {
    const { stdout } = await exec('borg', ['list', '--short', '--bypass-lock', repository.path], {
      env: {
        ...process.env,
        BORG_PASSPHRASE: repository.passphrase,
        BORG_BASE_DIR: join(this.folder, 'borg-of-storage'),
        BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
      },
    });
    return stdout.split('\n').filter((line) => line !== '');
  }

  async stop(): Promise<void> {
    // Ctrl-C in a terminal reaches sshd too: it may be gone already.
    if (this.#sshd.exitCode !== null || this.#sshd.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#sshd.once('exit', resolve));
    this.#sshd.kill('SIGTERM');
    await exited;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves once something listens on the port. */
async function accepting(port: number): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    if (performance.now() > deadlineMs) throw new Error(`sshd does not listen on port ${port}`);
  }
}
