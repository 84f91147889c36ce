/** A job that somebody's cron line starts through `backproof-agent exec`; a forgotten line is a job that never starts. */
import type { Host } from './lab.ts';

export function execJob(schedule: Record<string, unknown>): Record<string, unknown> {
  return { sync: { kind: 'command', schedule } };
}

let made = 0;

/** What the cron line would have run: a real `borg create` as a run of the job. */
export async function cronLine(host: Host): Promise<void> {
  const { url, sshCommand, passphrase } = host.repository!;
  made += 1;
  const create = ['borg', 'create', '--rsh', sshCommand, `${url}::sync-${made}`, host.tree];
  const said = await host.agent.ask(
    'exec',
    '--job',
    'sync',
    '--',
    'env',
    ...borgEnv(host, passphrase),
    ...create,
  );
  if (said.code !== 0) throw new Error(`exec on ${host.agent.host}: ${said.stderr || said.stdout}`);
}

function borgEnv(host: Host, passphrase: string): string[] {
  return [`BORG_PASSPHRASE=${passphrase}`, `BORG_BASE_DIR=${host.agent.borgBase}`];
}
