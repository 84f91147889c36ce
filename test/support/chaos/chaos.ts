/**
 * Kills agents and collector again and again while runs are recorded, sent, stored, judged and told, and
 * checks after every death that nothing was promised too early.
 *
 * What `kill -9` cannot play is a power cut: pages that were written and not fsynced survive the death of a
 * process. That both databases run with synchronous=FULL is asserted by reading it off their connections.
 */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeSigningRequest } from '../../../agent/enrollment.ts';
import { IdentityStore } from '../../../agent/identity.ts';
import { Authority } from '../../../collector/authority/authority.ts';
import { openStore } from '../../../collector/store/open.ts';
import { freePorts } from '../../../scripts/lab/collector.ts';
import { until } from '../../../scripts/lab/until.ts';
import { seededRandom } from '../seed-fleet.ts';
import { Actor } from './actor.ts';
import type { AgentSettings } from './agent-process.ts';
import { CollectorChecker } from './check-collector.ts';
import { SpoolChecker } from './check-spool.ts';
import { checkTold } from './check-told.ts';
import type { CollectorProcessSettings } from './collector-process.ts';
import { newHostKey } from './host-key.ts';
import { BrokenPromise, HostLedger, promise } from './ledger.ts';
import { type Death, Plan } from './plan.ts';
import { buildPrograms } from './programs.ts';
import { Receiver } from './receiver.ts';
import type { Line } from './steps.ts';
import type { NotifierSabotage } from './watched-notifier.ts';
import type { SpoolSabotage } from './watched-spool.ts';
import type { StoreSabotage } from './watched-store.ts';
import { TROUBLES, Weather } from './weather.ts';

export type Sabotage = SpoolSabotage | StoreSabotage | NotifierSabotage;

export interface ChaosOptions {
  /** Where everything lives. */
  folder: string;
  kills: number;
  /** The same seed draws the same deaths; timing remains the machine's. */
  seed: number;
  /** Real milliseconds between two records of a host. */
  paceMs?: number;
  sabotage?: Sabotage;
  /** Between the kills, the network between the two has this many bad moments each. */
  troublesPerKill?: number;
  say?: (line: string) => void;
}

export interface ChaosResult {
  seed: number;
  /** How many deaths, by 'collector commit:before' and the like. */
  deaths: Map<string, number>;
  kills: number;
  seconds: number;
  records: number;
  alerts: number;
  notifications: number;
  /** Notifications that came again, under the same id. */
  repeated: number;
  /** What the network did, when it was to have bad moments. */
  weather: Weather['happened'] | null;
}

const HOSTS = ['web1', 'db1'];
const JOBS = ['files', 'shop', 'mail'];
const RECEIVERS = ['oncall', 'ops'];
/** So many times as fast as the real one do the processes' clocks run: a backoff of a second takes 50 ms. */
const CLOCK_RATE = 20;
const PACE_MS = 8;
/** Without an ack for so long, something hangs. */
const STUCK_MS = 60_000;
/** A step that a process was to die in has to come within this; else it dies anyway. */
const STEP_WITHIN_MS = 2_000;
/** Acks between two bad moments of the network. */
const TROUBLE_ACKS = 10;
const HEALED_WITHIN_MS = 90_000;
const CUSTOMER = 'acme';

/** Throws BrokenPromise, with the seed in it, for the first thing that is not as it should be. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const chaos = await Chaos.prepare(options);
  try {
    return await chaos.run();
  } catch (error) {
    if (!(error instanceof BrokenPromise)) throw error;
    throw new BrokenPromise(`${error.message} (seed ${options.seed}, after ${chaos.kills} kills)`, {
      cause: error,
    });
  } finally {
    await chaos.end();
  }
}

class Chaos {
  readonly #options: ChaosOptions;
  readonly #plan: Plan;
  readonly #receiver: Receiver;
  readonly #weather: Weather | null;
  readonly #random: () => number;
  readonly #ledgers = HOSTS.map((host) => new HostLedger(host));
  readonly #spools: SpoolChecker[];
  readonly #collectorChecker: CollectorChecker;
  readonly #agent: Actor<AgentSettings>;
  readonly #collector: Actor<CollectorProcessSettings>;
  readonly #deaths = new Map<string, number>();
  readonly #healed = new Map<string, number>();
  kills = 0;

  static async prepare(options: ChaosOptions): Promise<Chaos> {
    const { folder } = options;
    mkdirSync(folder, { recursive: true });
    prepareIdentities(folder);
    const [programs, receiver, [port]] = await Promise.all([
      buildPrograms(join(folder, 'programs')),
      Receiver.start(seededRandom(options.seed + 1)),
      freePorts(1),
    ]);
    const weather = options.troublesPerKill
      ? await Weather.start(port!, seededRandom(options.seed + 2))
      : null;
    return new Chaos(options, receiver, programs, port!, weather);
  }

  private constructor(
    options: ChaosOptions,
    receiver: Receiver,
    programs: { agent: string; collector: string },
    port: number,
    weather: Weather | null,
  ) {
    const { folder, sabotage = null, seed } = options;
    this.#options = options;
    this.#plan = new Plan(seededRandom(options.seed));
    this.#receiver = receiver;
    this.#weather = weather;
    this.#random = seededRandom(options.seed + 3);
    const scratch = join(folder, 'copies');
    this.#spools = this.#ledgers.map(
      (ledger) => new SpoolChecker(ledger, join(folder, ledger.host, 'spool.db'), join(scratch, ledger.host)),
    );
    this.#collectorChecker = new CollectorChecker({
      file: join(folder, 'collector.db'),
      scratch,
      ledgers: this.#ledgers,
      receivers: RECEIVERS,
      told: receiver.told,
    });
    const clock = { rate: CLOCK_RATE, originMs: Date.now() };
    const onLine = (line: Line): void => this.#heard(line);
    this.#agent = new Actor<AgentSettings>({
      name: 'agent',
      program: programs.agent,
      logFile: join(folder, 'agent.log'),
      onLine,
      settings: (boot) => ({
        folder,
        url: `wss://localhost:${weather?.port ?? port}`,
        hosts: HOSTS,
        jobs: JOBS,
        clock,
        seed,
        boot,
        paceMs: options.paceMs ?? PACE_MS,
        sabotage: sabotage as SpoolSabotage,
      }),
    });
    this.#collector = new Actor<CollectorProcessSettings>({
      name: 'collector',
      program: programs.collector,
      logFile: join(folder, 'collector.log'),
      onLine,
      settings: () => ({
        folder,
        port,
        clock,
        receivers: Object.fromEntries(RECEIVERS.map((name) => [name, receiver.url(name)])),
        secret: receiver.secret,
        sabotage: sabotage as StoreSabotage,
      }),
    });
  }

  async run(): Promise<ChaosResult> {
    const startedMs = performance.now();
    await Promise.all([this.#collector.launch(), this.#agent.launch()]);
    while (this.kills < this.#options.kills) {
      await this.#badWeather();
      await this.#round(this.#plan.next());
      if (this.kills % 100 === 0) this.#options.say?.(`${this.kills} kills, ${this.#recordCount()} records`);
    }
    const { alerts, notifications } = await this.#heal();
    const { repeated } = checkTold(this.#receiver.told, true);
    const complaint = this.#receiver.complaints[0];
    promise(complaint === undefined, `a receiver could not read what it got: ${complaint}`);
    return {
      seed: this.#options.seed,
      deaths: this.#deaths,
      kills: this.kills,
      seconds: (performance.now() - startedMs) / 1_000,
      records: this.#recordCount(),
      alerts,
      notifications,
      repeated,
      weather: this.#weather?.happened ?? null,
    };
  }

  async end(): Promise<void> {
    await Promise.all([this.#agent.end(), this.#collector.end()]);
    await this.#receiver.stop();
    await this.#weather?.stop();
  }

  async #badWeather(): Promise<void> {
    if (!this.#weather) return;
    for (let moment = 0; moment < (this.#options.troublesPerKill ?? 0); moment += 1) {
      this.#weather.become(TROUBLES[Math.floor(this.#random() * TROUBLES.length)]!);
      // Both hosts have to get through, or the next trouble would only meet what is broken already.
      await this.#acks(TROUBLE_ACKS);
    }
    this.#weather.become('none');
  }

  async #round(death: Death): Promise<void> {
    if (death.afterAcks > 0) await this.#acks(death.afterAcks);
    const victims = {
      agent: [this.#agent],
      collector: [this.#collector],
      both: [this.#agent, this.#collector],
    }[death.victim];
    const how = await this.#die(death);
    for (const victim of victims) {
      victim.kill();
      await victim.ended;
      promise(victim.wasKilled, `the ${victim.name} ended by itself; its log says why`);
      const key =
        victim === victims.at(-1) ? `${victim.name} ${how}` : `${victim.name} at once with the other`;
      this.#deaths.set(key, (this.#deaths.get(key) ?? 0) + 1);
      this.kills += 1;
    }
    for (const survivor of [this.#agent, this.#collector]) {
      promise(victims.includes(survivor as never) || survivor.alive, `the ${survivor.name} ended by itself`);
    }
    if (death.victim !== 'collector') for (const spool of this.#spools) spool.check();
    if (death.victim !== 'agent') this.#collectorChecker.check();
    checkTold(this.#receiver.told, false);
    await Promise.all(victims.map((victim) => victim.launch()));
  }

  /** Brings the moment of death about; says how it came. The parent makes sure of it afterwards. */
  async #die({ victim, way }: Death): Promise<string> {
    if (way.how === 'random') {
      await ringAfter(way.delayMs);
      return 'at random';
    }
    const actor = victim === 'agent' ? this.#agent : this.#collector;
    const late = ringAfter(STEP_WITHIN_MS).then(() => `too late for ${way.step}`);
    if (way.how === 'inside') {
      actor.arm(way.step, way.nth);
      return Promise.race([actor.ended.then(() => way.step), late]);
    }
    const seen = actor.seen((line) => line[0] === 'step' && line[1] === way.step);
    return Promise.race([seen.then(() => `right after ${way.step}`), late]);
  }

  /** So many more acks, or the connection hangs. */
  async #acks(count: number): Promise<void> {
    let left = count;
    const stuck = ringAfter(STUCK_MS).then(() => false);
    const isLast = (line: Line): boolean => {
      if (line[0] === 'acked') left -= 1;
      return left <= 0;
    };
    const acked = this.#agent.seen(isLast).then(() => true);
    const died = Promise.race([this.#agent.ended, this.#collector.ended]).then(() => true);
    promise(await Promise.race([acked, died, stuck]), `nothing was acked for ${STUCK_MS / 1_000} s`);
  }

  /** Everything ends well, and everybody hears of it. */
  async #heal(): Promise<{ alerts: number; notifications: number }> {
    this.#receiver.refusing = 0;
    this.#receiver.dropping = 0;
    this.#agent.heal();
    await until('every record acked', HEALED_WITHIN_MS, () =>
      this.#ledgers.every(
        ({ host, ackedSeq }) => ackedSeq >= (this.#healed.get(host) ?? Number.POSITIVE_INFINITY),
      ),
    ).catch((error: Error) => promise(false, error.message));
    // The last resolutions are on their way; what has not come by then is missing.
    let wrong: unknown;
    await until('everything told', HEALED_WITHIN_MS, () => {
      try {
        return this.#checkEnd();
      } catch (error) {
        wrong = error;
        return false;
      }
    }).catch(() => {
      throw wrong;
    });
    await Promise.all([this.#agent.end(), this.#collector.end()]);
    return this.#checkEnd();
  }

  #checkEnd(): { alerts: number; notifications: number } {
    for (const spool of this.#spools) spool.check();
    const chains = this.#ledgers.map(({ host }, index) => [host, this.#spools[index]!.chain] as const);
    return this.#collectorChecker.checkEnd(new Map(chains));
  }

  #heard(line: Line): void {
    if (line[0] === 'appended') this.#ledger(line[1]).appended(line[2], line[3], line[4]);
    else if (line[0] === 'acked') this.#ledger(line[1]).acked(line[2]);
    else if (line[0] === 'healed') this.#healed.set(line[1], line[2]);
  }

  #ledger(host: string): HostLedger {
    return this.#ledgers.find((ledger) => ledger.host === host)!;
  }

  #recordCount(): number {
    return this.#ledgers.reduce((sum, { records }) => sum + records.length, 0);
  }
}

/** A moment that comes by itself, to race against what should come first. */
function ringAfter(ms: number): Promise<void> {
  return once(AbortSignal.timeout(Math.ceil(ms)), 'abort').then(() => {});
}

/** A CA, and hosts that are enrolled. */
function prepareIdentities(folder: string): void {
  const nowMs = Date.now();
  const authority = Authority.init(folder, ['localhost', '127.0.0.1'], nowMs);
  const store = openStore(join(folder, 'collector.db'));
  for (const host of HOSTS) {
    const key = newHostKey();
    const csrPem = makeSigningRequest(key);
    const issued = authority.issueForHost({ csrPem, host, customer: CUSTOMER, nowMs });
    const { id } = store.hosts.enroll(host, CUSTOMER, nowMs);
    store.certificates.save({
      serial: issued.serial,
      hostId: id,
      issuedAtMs: nowMs,
      notAfterMs: issued.notAfterMs,
    });
    const data = join(folder, host);
    mkdirSync(data, { recursive: true });
    IdentityStore.write(data, { key, certificate: issued.certificatePem, ca: authority.caPem });
  }
  store.close();
}
