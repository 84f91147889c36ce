/** Frames to messages and back. Decoding throws ProtocolError and nothing else. */
import './protobuf.ts';
import { ProtocolError } from './errors.ts';
import * as field from './fields.ts';
import { backproof } from './generated/backproof.js';
import * as limits from './limits.ts';
import {
  type Ask,
  type Heartbeat,
  type Hello,
  REFUSED_CODES,
  type ToAgent,
  type ToCollector,
} from './messages.ts';
import { decodeWith } from './record-codec.ts';
import { decisionFromWire, decisionToWire } from './restore-codec.ts';
import { RUN_ID_PATTERN, type RunProgress } from './run.ts';
import { walSampleFromWire, walSampleToWire } from './wal-codec.ts';

export { decodeRecord, encodeRecord } from './record-codec.ts';

const wire = backproof.v1;

/** Random by either side: instances, request ids. */
const ID_PATTERN = /^[a-zA-Z0-9_-]{1,64}$/;
/** ws closes with 1009 above FRAME_BYTES_MAX; a whole day is the longest a collector may send an agent away. */
const RETRY_AFTER_MS_MAX = 86_400_000;
const CREDIT_MAX = 65_536;
const HEARTBEAT_MS_MIN = 100;
const HEARTBEAT_MS_MAX = 3_600_000;

export function encodeToCollector(message: ToCollector): Uint8Array {
  switch (message.type) {
    case 'spooled-record':
      return wire.ToCollector.encode({ spooledRecord: message.value }).finish();
    case 'hello':
      return wire.ToCollector.encode({
        hello: {
          ...message.value,
          agentVersion: field.cutText(message.value.agentVersion, limits.NAME_CHARS_MAX),
          capabilities: message.value.capabilities.slice(0, limits.CAPABILITIES_MAX),
          sentAtMs: field.wholeNumber(message.value.sentAtMs),
        },
      }).finish();
    case 'heartbeat':
      return wire.ToCollector.encode({
        heartbeat: {
          ...message.value,
          sentAtMs: field.wholeNumber(message.value.sentAtMs),
          spoolError: field.cutText(message.value.spoolError),
          runningJobs: message.value.runningJobs.slice(0, limits.RUNNING_JOBS_MAX),
        },
      }).finish();
    case 'run-progress':
      return wire.ToCollector.encode({
        runProgress: {
          ...message.value,
          atMs: field.wholeNumber(message.value.atMs),
          current: field.cutText(message.value.current),
        },
      }).finish();
    case 'request-answered':
      return wire.ToCollector.encode({
        requestAnswered: { ...message.value, reason: field.cutText(message.value.reason) },
      }).finish();
    case 'certificate-requested':
      return wire.ToCollector.encode({ certificateRequested: message.value }).finish();
    case 'wal-sample':
      return wire.ToCollector.encode({ walSample: walSampleToWire(message.value) }).finish();
  }
}

/** Throws ProtocolError. The bytes of a spooled record are a view into `bytes`. */
export function decodeToCollector(bytes: Uint8Array): ToCollector {
  const frame = decodeFrame(wire.ToCollector.decode, bytes);
  switch (frame.message) {
    case 'spooledRecord': {
      const said = frame.spooledRecord as backproof.v1.SpooledRecord;
      return {
        type: 'spooled-record',
        value: {
          seq: field.readInt(said.seq, 'seq', 1),
          chain: field.readBytes(said.chain, 'chain', limits.CHAIN_BYTES),
          record: said.record,
        },
      };
    }
    case 'hello':
      return { type: 'hello', value: helloFromWire(frame.hello as never) };
    case 'heartbeat':
      return { type: 'heartbeat', value: heartbeatFromWire(frame.heartbeat as never) };
    case 'runProgress':
      return { type: 'run-progress', value: progressFromWire(frame.runProgress as never) };
    case 'requestAnswered': {
      const said = frame.requestAnswered as backproof.v1.RequestAnswered;
      return {
        type: 'request-answered',
        value: {
          id: field.readPattern(said.id, 'id', ID_PATTERN),
          accepted: said.accepted,
          reason: field.readText(said.reason, 'reason'),
        },
      };
    }
    case 'certificateRequested': {
      const csrPem = frame.certificateRequested?.csrPem ?? '';
      return {
        type: 'certificate-requested',
        value: { csrPem: field.readText(csrPem, 'csr_pem', limits.PEM_CHARS_MAX) },
      };
    }
    case 'walSample':
      return { type: 'wal-sample', value: walSampleFromWire(frame.walSample as never) };
    default:
      throw new ProtocolError('frame has no message this side knows');
  }
}

export function encodeToAgent(message: ToAgent): Uint8Array {
  switch (message.type) {
    case 'ack':
      return wire.ToAgent.encode({ ack: message.value }).finish();
    case 'welcome':
      return wire.ToAgent.encode({
        welcome: { ...message.value, serverTimeMs: field.wholeNumber(message.value.serverTimeMs) },
      }).finish();
    case 'request': {
      const { id, ask } = message.value;
      return wire.ToAgent.encode({ request: { id, ...askToWire(ask) } }).finish();
    }
    case 'refused':
      return wire.ToAgent.encode({
        refused: {
          code: field.wordNumber(REFUSED_CODES, message.value.code),
          reason: field.cutText(message.value.reason),
          retryAfterMs: field.wholeNumber(message.value.retryAfterMs),
        },
      }).finish();
    case 'certificate-issued':
      return wire.ToAgent.encode({ certificateIssued: message.value }).finish();
  }
}

function askToWire(ask: Ask): backproof.v1.Request.$Properties {
  switch (ask.type) {
    case 'run-job':
      return { runJob: { job: ask.job } };
    case 'renew-certificate':
      return { renewCertificate: {} };
    case 'restore-decided':
      return { restoreDecided: decisionToWire(ask.decision) };
  }
}

/** Throws ProtocolError. */
export function decodeToAgent(bytes: Uint8Array): ToAgent {
  const frame = decodeFrame(wire.ToAgent.decode, bytes);
  switch (frame.message) {
    case 'ack':
      return { type: 'ack', value: { seq: field.readInt(frame.ack!.seq ?? 0, 'seq', 0) } };
    case 'welcome': {
      const said = frame.welcome as backproof.v1.Welcome;
      const committedSeq = field.readInt(said.committedSeq, 'committed_seq');
      return {
        type: 'welcome',
        value: {
          epoch: field.readInt(said.epoch, 'epoch', 1),
          committedSeq,
          committedChain: field.readBytes(
            said.committedChain,
            'committed_chain',
            committedSeq === 0 ? 0 : limits.CHAIN_BYTES,
          ),
          credit: field.readInt(said.credit, 'credit', 1, CREDIT_MAX),
          heartbeatMs: field.readInt(said.heartbeatMs, 'heartbeat_ms', HEARTBEAT_MS_MIN, HEARTBEAT_MS_MAX),
          serverTimeMs: field.readInstant(said.serverTimeMs, 'server_time_ms'),
        },
      };
    }
    case 'request': {
      const said = frame.request as backproof.v1.Request;
      const id = field.readPattern(said.id, 'id', ID_PATTERN);
      if (said.ask === 'renewCertificate') {
        return { type: 'request', value: { id, ask: { type: 'renew-certificate' } } };
      }
      if (said.ask === 'restoreDecided') {
        const decision = decisionFromWire(said.restoreDecided as never);
        return { type: 'request', value: { id, ask: { type: 'restore-decided', decision } } };
      }
      if (said.ask !== 'runJob') throw new ProtocolError('request asks for nothing this side knows');
      const job = field.readName(said.runJob!.job ?? '', 'job');
      return { type: 'request', value: { id, ask: { type: 'run-job', job } } };
    }
    case 'refused': {
      const said = frame.refused as backproof.v1.Refused;
      return {
        type: 'refused',
        value: {
          code: field.readWord(REFUSED_CODES, said.code, 'code'),
          reason: field.readText(said.reason, 'reason'),
          retryAfterMs: field.readInt(said.retryAfterMs, 'retry_after_ms', 0, RETRY_AFTER_MS_MAX),
        },
      };
    }
    case 'certificateIssued': {
      const pem = frame.certificateIssued?.certificatePem ?? '';
      return {
        type: 'certificate-issued',
        value: { certificatePem: field.readText(pem, 'certificate_pem', limits.PEM_CHARS_MAX) },
      };
    }
    default:
      throw new ProtocolError('frame has no message this side knows');
  }
}

function decodeFrame<T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array): T {
  if (bytes.length > limits.FRAME_BYTES_MAX) throw new ProtocolError('frame is too large');
  return decodeWith(decode, bytes, 'frame');
}

function helloFromWire(said: backproof.v1.Hello): Hello {
  const lastSeq = field.readInt(said.lastSeq, 'last_seq');
  return {
    epoch: field.readInt(said.epoch, 'epoch', 1),
    firstSeq: field.readInt(said.firstSeq, 'first_seq', 1, lastSeq + 1),
    lastSeq,
    agentVersion: field.readText(said.agentVersion, 'agent_version', limits.NAME_CHARS_MAX),
    instance: field.readPattern(said.instance, 'instance', ID_PATTERN),
    capabilities: field
      .readList(said.capabilities, 'capabilities', limits.CAPABILITIES_MAX)
      .map((word) => field.readText(word, 'capabilities', limits.NAME_CHARS_MAX)),
    sentAtMs: field.readInstant(said.sentAtMs, 'sent_at_ms'),
    continuesEpoch: field.readInt(said.continuesEpoch, 'continues_epoch'),
  };
}

function heartbeatFromWire(said: backproof.v1.Heartbeat): Heartbeat {
  return {
    sentAtMs: field.readInstant(said.sentAtMs, 'sent_at_ms'),
    spoolRecords: field.readInt(said.spoolRecords, 'spool_records'),
    spoolBytes: field.readInt(said.spoolBytes, 'spool_bytes'),
    spoolError: field.readText(said.spoolError, 'spool_error'),
    runningJobs: field
      .readList(said.runningJobs, 'running_jobs', limits.RUNNING_JOBS_MAX)
      .map((job) => field.readName(job, 'running_jobs')),
    certificateExpiresAtMs: field.readInstant(said.certificateExpiresAtMs, 'certificate_expires_at_ms'),
  };
}

function progressFromWire(said: backproof.v1.RunProgress): RunProgress {
  return {
    job: field.readName(said.job, 'job'),
    runId: field.readPattern(said.runId, 'run_id', RUN_ID_PATTERN),
    atMs: field.readInstant(said.atMs, 'at_ms'),
    originalBytes: field.readInt(said.originalBytes, 'original_bytes'),
    deduplicatedBytes: field.readInt(said.deduplicatedBytes, 'deduplicated_bytes'),
    files: field.readInt(said.files, 'files'),
    current: field.readText(said.current, 'current'),
  };
}
