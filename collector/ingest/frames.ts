/** What one frame of an agent does. Whatever is wrong with it ends this session and touches nothing else. */
import { decodeRecord, decodeToCollector } from '../../proto/codec.ts';
import { messageOf, ProtocolError, UserError } from '../../proto/errors.ts';
import { CREDIT_RECORDS } from '../../proto/limits.ts';
import type { Gap, Heartbeat } from '../../proto/messages.ts';
import type { RunProgress } from '../../proto/run.ts';
import { StoreUnavailable } from '../store/errors.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** A certificate costs a signature and a row; nobody needs two in a minute. */
const RENEWAL_EVERY_MS = 60_000;
const RETRY_AFTER_MS = 10_000;

export function readFrame(sessions: Sessions, session: Session, data: Buffer, isBinary: boolean): void {
  try {
    if (!isBinary) throw new ProtocolError('a text frame');
    handle(sessions, session, data);
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof UserError) {
      sessions.end(session, 'protocol', error.message);
      return;
    }
    // Not the agent's fault: it keeps what it has and tries again.
    const reason =
      error instanceof StoreUnavailable ? 'the collector cannot use its database' : 'the collector failed';
    sessions.context.log.error({ host: session.host, error: messageOf(error) }, reason);
    sessions.end(session, 'store-unavailable', reason, RETRY_AFTER_MS);
  }
}

function handle(sessions: Sessions, session: Session, data: Buffer): void {
  const message = decodeToCollector(data);
  if (message.type === 'hello') {
    if (session.state !== 'new') throw new ProtocolError('Hello came twice');
    sessions.hello(session, message.value);
    return;
  }
  if (session.state !== 'open') throw new ProtocolError(`${message.type} came before Hello was answered`);
  switch (message.type) {
    case 'spooled-record':
      record(sessions, session, message.value);
      return;
    case 'heartbeat':
      heartbeat(sessions, session, message.value);
      return;
    case 'run-progress':
      progress(sessions, session, message.value);
      return;
    case 'request-answered':
      sessions.asks.answered(session, message.value.id, message.value);
      return;
    case 'certificate-requested':
      renew(sessions, session, message.value.csrPem);
      return;
  }
}

/**
 * Records come without holes. A gap record covers what the agent gave up; and the first record after Welcome
 * may begin where the agent's spool begins, when this collector lost more than the spool still keeps.
 */
function record(
  sessions: Sessions,
  session: Session,
  { seq, chain, record: bytes }: { seq: number; chain: Uint8Array; record: Uint8Array },
): void {
  const { recordedAtMs, body } = decodeRecord(bytes);
  const expected = session.nextSeq;
  if (seq < expected) throw new ProtocolError(`record ${seq} came again, ${expected} was expected`);
  if (body.type === 'gap' && body.value.toSeq !== seq) throw new ProtocolError('a gap that ends elsewhere');
  const fromSeq = body.type === 'gap' ? Math.min(body.value.fromSeq, seq) : seq;
  let hole: Gap | null = null;
  if (fromSeq > expected) {
    const nothingYet = expected === session.committedSeq + 1 && session.inFlight === 0;
    if (!nothingYet || seq !== session.firstSeq) {
      throw new ProtocolError(`record ${seq} came, ${expected} was expected`);
    }
    hole = {
      fromSeq: expected,
      toSeq: fromSeq - 1,
      reason: 'the collector had lost these records and the agent keeps them no longer',
      oldestAtMs: recordedAtMs,
      newestAtMs: recordedAtMs,
    };
  }
  if (session.inFlight >= CREDIT_RECORDS) {
    throw new ProtocolError(`more than ${CREDIT_RECORDS} records were sent without waiting for acks`);
  }
  session.inFlight += 1;
  session.nextSeq = seq + 1;
  sessions.commit.submit({
    session,
    seq,
    // A copy: the view would keep the whole frame in memory.
    chain: Uint8Array.from(chain),
    // Records that were committed before the agent gave them up are not missing.
    body:
      body.type === 'gap'
        ? { type: 'gap', value: { ...body.value, fromSeq: Math.max(fromSeq, expected) } }
        : body,
    hole,
  });
}

function heartbeat(sessions: Sessions, session: Session, beat: Heartbeat): void {
  session.noteClock(beat.sentAtMs, sessions.context.clock.nowMs());
  session.spoolRecords = beat.spoolRecords;
  session.spoolBytes = beat.spoolBytes;
  session.spoolError = beat.spoolError;
  sessions.noteLiveness(session);
}

function progress(sessions: Sessions, session: Session, value: RunProgress): void {
  const { customer, host } = session;
  sessions.context.feed.publish({ type: 'progress', customer, host, progress: value });
}

/** For the host of this session, whatever the request says; and not for one that has been revoked meanwhile. */
function renew(sessions: Sessions, session: Session, csrPem: string): void {
  const { store, authority, clock, log } = sessions.context;
  const monotonicMs = clock.monotonicMs();
  if (monotonicMs - session.renewedMs < RENEWAL_EVERY_MS) {
    throw new ProtocolError('certificates are requested too often');
  }
  const { hostId, host, customer, serial } = session;
  const known = store.hosts.byId(hostId);
  if (!known || known.revokedAtMs !== null || store.certificates.isRevoked(serial)) {
    sessions.end(session, 'revoked', 'this host has been revoked');
    return;
  }
  const nowMs = clock.nowMs();
  const issued = authority.issueForHost({ csrPem, host, customer, nowMs });
  store.certificates.save({
    serial: issued.serial,
    hostId,
    issuedAtMs: nowMs,
    notAfterMs: issued.notAfterMs,
  });
  session.renewedMs = monotonicMs;
  session.certificateNotAfterMs = issued.notAfterMs;
  sessions.noteLiveness(session);
  log.info({ host, serial: issued.serial }, 'certificate renewed');
  sessions.send(session, { type: 'certificate-issued', value: { certificatePem: issued.certificatePem } });
}
