/** What one frame of an agent does. Whatever is wrong with it ends this session and touches nothing else. */
import { decodeRecord, decodeToCollector } from '../../proto/codec.ts';
import { messageOf, ProtocolError, UserError } from '../../proto/errors.ts';
import { CREDIT_RECORDS } from '../../proto/limits.ts';
import type { Gap, Heartbeat, Hello, RefusedCode, ToAgent } from '../../proto/messages.ts';
import type { RunProgress } from '../../proto/run.ts';
import type { WalSample } from '../../proto/wal.ts';
import { StoreUnavailable } from '../store/errors.ts';
import type { Asks } from './asks.ts';
import type { Commit } from './commit.ts';
import type { IngestContext } from './context.ts';
import type { Session } from './session.ts';

/** A certificate costs a signature and a row; nobody needs two in a minute. */
const RENEWAL_EVERY_MS = 60_000;
const RETRY_AFTER_MS = 10_000;

/** What a frame may do beyond its own session's data. */
export interface FrameSink {
  context: IngestContext;
  commit: Pick<Commit, 'submit'>;
  asks: Pick<Asks, 'answered'>;
  hello(session: Session, hello: Hello): void;
  send(session: Session, message: ToAgent): void;
  end(session: Session, code: RefusedCode, reason: string, retryAfterMs?: number): void;
  noteLiveness(session: Session): void;
  noteLivenessNow(session: Session): void;
}

export function readFrame(sink: FrameSink, session: Session, data: Buffer, isBinary: boolean): void {
  try {
    if (!isBinary) throw new ProtocolError('a text frame');
    handle(sink, session, data);
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof UserError) {
      sink.end(session, 'protocol', error.message);
      return;
    }
    // Not the agent's fault: it keeps what it has and tries again.
    const reason =
      error instanceof StoreUnavailable ? 'the collector cannot use its database' : 'the collector failed';
    sink.context.log.error({ host: session.host, error: messageOf(error) }, reason);
    sink.end(session, 'store-unavailable', reason, RETRY_AFTER_MS);
  }
}

function handle(sink: FrameSink, session: Session, data: Buffer): void {
  const message = decodeToCollector(data);
  if (message.type === 'hello') {
    if (session.state !== 'new') throw new ProtocolError('Hello came twice');
    sink.hello(session, message.value);
    return;
  }
  if (session.state !== 'open') throw new ProtocolError(`${message.type} came before Hello was answered`);
  switch (message.type) {
    case 'spooled-record':
      record(sink, session, message.value);
      return;
    case 'heartbeat':
      heartbeat(sink, session, message.value);
      return;
    case 'run-progress':
      progress(sink, session, message.value);
      return;
    case 'request-answered':
      sink.asks.answered(session, message.value.id, message.value);
      return;
    case 'certificate-requested':
      renew(sink, session, message.value.csrPem);
      return;
    case 'wal-sample':
      walSample(sink, session, message.value);
      return;
  }
}

/**
 * Records come without holes. A gap record covers what the agent gave up; and the first record after Welcome
 * may begin where the agent's spool begins, when this collector lost more than the spool still keeps.
 */
function record(
  sink: FrameSink,
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
  sink.commit.submit({
    session,
    seq,
    // A copy: the view would keep the whole frame in memory.
    chain: Uint8Array.from(chain),
    recordedAtMs,
    // Records that were committed before the agent gave them up are not missing.
    body:
      body.type === 'gap'
        ? { type: 'gap', value: { ...body.value, fromSeq: Math.max(fromSeq, expected) } }
        : body,
    hole,
  });
}

function heartbeat(sink: FrameSink, session: Session, beat: Heartbeat): void {
  session.noteClock(beat.sentAtMs, sink.context.clock.nowMs());
  session.spoolRecords = beat.spoolRecords;
  session.spoolBytes = beat.spoolBytes;
  const isNews = (beat.spoolError === '') !== (session.spoolError === '');
  session.spoolError = beat.spoolError;
  // A spool that breaks is paged, and does not wait for the next flush.
  if (isNews) sink.noteLivenessNow(session);
  else sink.noteLiveness(session);
}

function progress(sink: FrameSink, session: Session, value: RunProgress): void {
  const { customer, host } = session;
  sink.context.feed.publish({ type: 'progress', customer, host, progress: value });
}

/** The newest is kept; of a job that this host has not declared, or declared as another kind, nothing is. */
function walSample(sink: FrameSink, session: Session, sample: WalSample): void {
  const { store, clock, onChanged } = sink.context;
  const job = store.jobs.byName(session.host, sample.job);
  if (job === null || job.removedAtMs !== null || job.declaration.staleAfter === null) return;
  store.wal.save(job.id, sample, clock.nowMs());
  onChanged();
}

/** For the host of this session, whatever the request says; and not for one that has been revoked meanwhile. */
function renew(sink: FrameSink, session: Session, csrPem: string): void {
  const { store, authority, clock, log } = sink.context;
  const monotonicMs = clock.monotonicMs();
  if (monotonicMs - session.renewedMs < RENEWAL_EVERY_MS) {
    throw new ProtocolError('certificates are requested too often');
  }
  const { hostId, host, customer, serial } = session;
  const known = store.hosts.byId(hostId);
  if (!known || known.revokedAtMs !== null || store.certificates.isRevoked(serial)) {
    sink.end(session, 'revoked', 'this host has been revoked');
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
  sink.noteLiveness(session);
  log.info({ host, serial: issued.serial }, 'certificate renewed');
  sink.send(session, { type: 'certificate-issued', value: { certificatePem: issued.certificatePem } });
}
