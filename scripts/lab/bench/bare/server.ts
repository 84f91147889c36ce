/**
 * The bare thing behind the same clients: `https` and `ws` with the same certificates and, when argv names a
 * database, one INSERT a record in group commits with FULL, acked afterwards. Nothing is judged, indexed or shown.
 * argv: FOLDER (ca.pem, cert.pem, key.pem) PORT [DATABASE]. Sends its port to its parent.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeToCollector, encodeToAgent } from '../../../../proto/codec.ts';
import * as limits from '../../../../proto/limits.ts';

const [folder, wantedPort, database] = process.argv.slice(2);
const pem = (name: string) => readFileSync(join(folder!, `${name}.pem`));
/** More than node's 511, so that thousands of clients at once do not wait for their second SYN. */
const BACKLOG = 4_096;

const server = createServer({
  ca: pem('ca'),
  cert: pem('cert'),
  key: pem('key'),
  requestCert: true,
  rejectUnauthorized: true,
});
const sockets = new WebSocketServer({
  server,
  perMessageDeflate: false,
  maxPayload: limits.FRAME_BYTES_MAX,
});
const store = database ? openDatabase(database) : undefined;

sockets.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (frame: Buffer) => {
    const message = decodeToCollector(frame);
    if (message.type === 'hello') welcome(socket, message.value.epoch);
    else if (message.type === 'spooled-record') {
      if (store) store.submit(socket, message.value);
      else socket.send(encodeToAgent({ type: 'ack', value: { seq: message.value.seq } }));
    }
  });
});

function welcome(socket: WebSocket, epoch: number): void {
  socket.send(
    encodeToAgent({
      type: 'welcome',
      value: {
        epoch,
        committedSeq: 0,
        committedChain: new Uint8Array(0),
        credit: limits.CREDIT_RECORDS,
        heartbeatMs: limits.HEARTBEAT_MS,
        serverTimeMs: Date.now(),
      },
    }),
  );
}

function openDatabase(file: string) {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE records (id INTEGER PRIMARY KEY, seq INTEGER, record BLOB) STRICT');
  const insert = db.prepare<[number, Uint8Array]>('INSERT INTO records (seq, record) VALUES (?, ?)');
  let waiting: { socket: WebSocket; seq: number; record: Uint8Array }[] = [];
  const commit = () => {
    const batch = waiting;
    waiting = [];
    db.transaction(() => {
      for (const { seq, record } of batch) insert.run(seq, record);
    })();
    const acks = new Map(batch.map(({ socket, seq }) => [socket, seq]));
    for (const [socket, seq] of acks) socket.send(encodeToAgent({ type: 'ack', value: { seq } }));
  };
  return {
    submit(socket: WebSocket, { seq, record }: { seq: number; record: Uint8Array }) {
      if (waiting.length === 0) setImmediate(commit);
      waiting.push({ socket, seq, record });
    },
  };
}

server.listen({ port: Number(wantedPort), host: '127.0.0.1', backlog: BACKLOG }, () => {
  process.send!({ port: (server.address() as AddressInfo).port });
});
process.once('disconnect', () => process.exit(0));
