import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { WalServer } from '../../../../agent/watch/wal-server.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const FACTS = {
  now: 1_795_408_485_123,
  standby: false,
  system: '7711165315211842580',
  segment: 16_777_216,
  lsn: '0/A000060',
  file: '000000010000000000000009',
};

/** A psql that answers every question with a file, or ends with its words where there is none. */
class Fake {
  readonly #folder = temporaryFolder();
  readonly server: WalServer;

  constructor() {
    const psql = `#!/bin/sh
echo $$ >> ${this.#folder}/started
while read -r line; do
  case "$line" in '\\echo '*)
    if [ -e ${this.#folder}/words ]; then cat ${this.#folder}/words >&2; fi
    cat ${this.#folder}/answer 2> /dev/null || exit 2
    echo "\${line#* }" ;;
  esac
done
`;
    writeFileSync(join(this.#folder, 'psql'), psql, { mode: 0o755 });
    this.server = new WalServer(
      { host: '/run/postgresql', port: 5432, user: 'backproof' },
      { clock: systemClock, environment: { PATH: '/usr/bin:/bin' }, postgresBins: { 15: this.#folder } },
    );
    onTestFinished(() => this.server.stop());
  }

  says(answer: string, words = ''): void {
    writeFileSync(join(this.#folder, 'answer'), answer);
    writeFileSync(join(this.#folder, 'words'), words);
  }

  isGone(words: string): void {
    rmSync(join(this.#folder, 'answer'), { force: true });
    writeFileSync(join(this.#folder, 'words'), words);
  }

  /** Process ids of the programs that were started so far. */
  started(): number[] {
    const file = join(this.#folder, 'started');
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map(Number) : [];
  }
}

it('asks ten questions over one connection, and then makes another', async () => {
  const fake = new Fake();
  fake.says(`${JSON.stringify(FACTS)}\n`);
  for (let asked = 1; asked <= 11; asked += 1) {
    expect(await fake.server.ask(false)).toMatchObject({ answer: { role: 'primary', lsn: 0xa000060 } });
    expect(fake.started()).toHaveLength(asked <= 10 ? 1 : 2);
  }
});

it('asks again over a new connection when the one that it held has ended meanwhile', async () => {
  const fake = new Fake();
  fake.says(`${JSON.stringify(FACTS)}\n`);
  await fake.server.ask(false);
  const [pid] = fake.started();
  process.kill(pid!, 'SIGKILL');
  expect(await fake.server.ask(false)).toHaveProperty('answer');
  expect(fake.started()).toHaveLength(2);
});

it('says why a server does not answer, and tries anew the next time', async () => {
  const fake = new Fake();
  fake.isGone('psql: error: connection to server on socket "/run/postgresql" failed: No such file');
  expect(await fake.server.ask(false)).toMatchObject({ problem: expect.stringContaining('/run/postgresql') });
  expect(fake.started()).toHaveLength(1);
  fake.says(`${JSON.stringify(FACTS)}\n`);
  expect(await fake.server.ask(false)).toHaveProperty('answer');
});

it("tells the server's words when its answer is none", async () => {
  const fake = new Fake();
  fake.says('', 'ERROR:  something that nobody has seen before');
  expect(await fake.server.ask(false)).toMatchObject({
    problem: expect.stringContaining('something that nobody has seen before'),
  });
});

it('starts nothing any more once it was stopped, also when it was asked before', async () => {
  const fake = new Fake();
  fake.says(`${JSON.stringify(FACTS)}\n`);
  await fake.server.ask(false);
  const asked = fake.server.ask(false);
  fake.server.stop();
  await asked;
  expect(fake.started()).toHaveLength(1);
});
