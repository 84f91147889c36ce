/**
 * The doctor's look at the collector: over the way the agent takes, with the agent's certificate, and without
 * beginning a session. What only a session shows (a revoked host, a clone) is in `backproof-agent status`.
 */
import { request } from 'node:https';
import type { Clock } from '../../proto/clock.ts';
import { formatDuration } from '../../proto/duration.ts';
import { messageOf } from '../../proto/errors.ts';
import type { IdentityStore } from '../identity.ts';
import { type Finding, failure, ok } from './finding.ts';

const ANSWER_WITHIN_MS = 10_000;
/** The collector's own default (`agents.clock_skew_max`). Its answer has whole seconds. */
const CLOCK_SKEW_MAX_MS = 60_000;
/** What its listener for agents says to whoever wants no WebSocket. */
const UPGRADE_REQUIRED = 426;
const WRONG_CLOCK = ['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED'];
const WRONG_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';
const FOREIGN_CA = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
];

export async function checkCollector(url: string, identity: IdentityStore, clock: Clock): Promise<Finding> {
  const subject = 'collector';
  const { hostname, port, host } = new URL(url);
  const answer = await ask(`https://${host}/`, identity, clock);
  if ('error' in answer) {
    const { error, code } = answer;
    if (WRONG_CLOCK.includes(code))
      return failure(
        subject,
        `its certificate is not valid now: ${error}`,
        'see timedatectl here, and there',
      );
    if (code === WRONG_NAME)
      return failure(
        subject,
        `it has no certificate for ${hostname}`,
        `on the collector: backproof-collector init --data DATA --host ${hostname}, and restart it`,
      );
    if (FOREIGN_CA.includes(code))
      return failure(
        subject,
        `${host} is not the collector this host was enrolled at`,
        'enroll this host again',
      );
    return failure(
      subject,
      `${host} cannot be reached: ${error}`,
      `see that the collector runs, and that port ${port || '443'} is open from here; meanwhile results wait here`,
    );
  }
  if (answer.status !== UPGRADE_REQUIRED)
    return failure(
      subject,
      `${host} is no collector's listener for agents (HTTP ${answer.status})`,
      'correct collector: the port is that of listen.agents, 7443 unless set',
    );
  const aheadMs = clock.nowMs() - answer.theirsMs;
  if (Math.abs(aheadMs) > CLOCK_SKEW_MAX_MS)
    return failure(
      subject,
      `this host's clock is ${formatDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} the collector's`,
      'see timedatectl here, and there',
    );
  return ok(subject, `${host} lets ${identity.host} in`);
}

type Answer = { status: number; theirsMs: number } | { error: string; code: string };

function ask(url: string, identity: IdentityStore, clock: Clock): Promise<Answer> {
  return new Promise((resolve) => {
    const sent = request(url, { ...identity.tlsOptions(), agent: false }, (response) => {
      cancel();
      const theirsMs = Date.parse(response.headers.date ?? '');
      resolve({
        status: response.statusCode ?? 0,
        theirsMs: Number.isNaN(theirsMs) ? clock.nowMs() : theirsMs,
      });
      sent.destroy();
    });
    const cancel = clock.after(ANSWER_WITHIN_MS, () => sent.destroy(new Error('no answer')));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      cancel();
      resolve({ error: messageOf(error), code: error.code ?? '' });
    });
    sent.end();
  });
}
