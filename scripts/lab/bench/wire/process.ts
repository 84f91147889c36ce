/** The process that holds light clients: does what it is told, one command at a time. argv: FLEET-FILE. */
import { setTimeout as wait } from 'node:timers/promises';
import { LightClient } from './client.ts';
import type { WireAnswers, WireCommand } from './commands.ts';
import { readFleet } from './fleet-file.ts';
import { declaration, result } from './results.ts';

const fleet = readFleet(process.argv[2]!);
const clients: LightClient[] = [];
/** Random in a real spool; here it only has to differ from that of the process before. */
const epoch = Date.now();
/** How often a process that paces or connects looks at the clock; the finest that timers do. */
const TICK_MS = 1;
const ASK_EVERY_MS = 20;

let onAcked: (client: LightClient, ackedAfterMs: number) => void = () => {};

/** Calls `act` `perSecond` times a second until `done`, in the bunches that a tick makes. */
async function evenly(perSecond: number, done: () => boolean, act: () => void): Promise<number> {
  const startMs = performance.now();
  let acts = 0;
  while (!done()) {
    const wanted = Math.floor(((performance.now() - startMs) / 1_000) * perSecond);
    while (acts < wanted && !done()) {
      act();
      acts += 1;
    }
    await wait(TICK_MS);
  }
  return acts;
}

function spoolResults(client: LightClient, results: number): void {
  for (let i = 0; i < results; i += 1) {
    client.append(result(client.host, client.spool.lastSeq, Date.now()));
  }
}

/** Until everybody is welcomed and nothing is left to ack. */
async function drained(): Promise<void> {
  while (clients.some(({ welcomed, spool }) => !welcomed || spool.unacked.length > 0)) {
    await wait(ASK_EVERY_MS);
  }
}

const commands: { [C in WireCommand['do']]: (command: WireCommand & { do: C }) => Promise<WireAnswers[C]> } =
  {
    async connect({ from, to, perSecond, declare }) {
      const startMs = performance.now();
      let next = from;
      await evenly(
        perSecond,
        () => next === to,
        () => {
          const { host, certificate } = fleet.hosts[next]!;
          const client = new LightClient({
            url: fleet.url,
            host,
            tls: { ca: fleet.ca, key: fleet.key, cert: certificate },
            epoch,
            onAcked: (...args) => onAcked(...args),
          });
          next += 1;
          clients.push(client);
          if (declare) client.append(declaration());
          client.connect();
        },
      );
      await drained();
      return { connected: clients.length, tookMs: performance.now() - startMs };
    },

    async prepare({ results }) {
      for (const client of clients) {
        client.holding = true;
        spoolResults(client, results);
      }
      return {};
    },

    async flood() {
      let acked = 0;
      onAcked = () => {
        acked += 1;
      };
      const startMs = performance.now();
      for (const client of clients) client.release();
      await drained();
      onAcked = () => {};
      return { acked, tookMs: performance.now() - startMs };
    },

    async pace({ forMs, perSecond }) {
      const latenciesMs: number[] = [];
      onAcked = (_, ackedAfterMs) => latenciesMs.push(ackedAfterMs);
      const endMs = performance.now() + forMs;
      let turn = 0;
      const sent = await evenly(
        perSecond,
        () => performance.now() >= endMs,
        () => {
          const client = clients[turn % clients.length]!;
          turn += 1;
          client.append(result(client.host, client.spool.lastSeq, Date.now()));
        },
      );
      await drained();
      onAcked = () => {};
      return { latenciesMs, sent };
    },

    async spool({ results }) {
      for (const client of clients) spoolResults(client, results);
      return {};
    },

    async state() {
      let welcomed = 0;
      let unacked = 0;
      let refusals = 0;
      for (const client of clients) {
        if (client.welcomed) welcomed += 1;
        unacked += client.spool.unacked.length;
        refusals += client.refusals;
      }
      return { welcomed, unacked, refusals };
    },
  };

process.on('message', (command: WireCommand) => {
  (commands[command.do] as (command: WireCommand) => Promise<unknown>)(command).then(
    (answer) => process.send!({ answer }),
    (error) => process.send!({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
process.send!({ answer: 'ready' });
