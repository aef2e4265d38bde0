/**
 * Runs a town through the real product, and judges what comes of it.
 *
 *   town ──HCI bytes──▶ gateways, in this process ──MQTT──▶ tap ──▶ hub, a process ──▶ an archive for each operator ──▶ operator open
 *     │                                                      ▲
 *     └──advertisements──▶ volunteers' phones ──HTTP─────────┘ └──▶ an operator's own service, a process
 *
 * Gateways and phones have the town's clock, which stands still until all that is due has been done; the hub has the machine's. Halfway one
 * operator is revoked, while the first gateway is out of reach for a minute and finds its file damaged. At the end the first gateway is out of
 * reach again, until retention is over; then sightings are erased, a tag is struck out, and everything is stopped and searched.
 */
import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperatorId, TownTag } from '../../simulators/town/watch-over/tags.ts';
import { type Receiver, type TownOptions, WatchOverTown } from '../../simulators/town/watch-over/watch-over-town.ts';
import { checkSetAside, damage, eraseAndExpire, eraseAtHub, retentionMs, strikeOut, waitingAt } from './afterwards.ts';
import { ByteSearch } from './byte-search.ts';
import { type Desk, makeDesk } from './desk.ts';
import {
  type Edge,
  type EdgeOptions,
  type EdgePlan,
  isEmptied,
  knows,
  listens,
  logOf,
  planEdges,
  startEdge,
} from './edges.ts';
import { type Judgement, judge } from './judge.ts';
import { type Found, Leaks } from './leaks.ts';
import { Phone, uploadEveryMs } from './phone.ts';
import { keepFreePages, type Plant, spoiler } from './plants.ts';
import { Remains } from './remains.ts';
import { sentSince } from './revoked.ts';
import { Tap } from './tap.ts';
import { TownClock } from './town-clock.ts';
import { archivedOf, makeHub, run, stored, type TownHub } from './town-hub.ts';

export interface TownRunOptions extends TownOptions {
  readonly minutes: number;
  readonly plant?: Plant;
  report(line: string): void;
}

/** What is printed: figures of enrolled tags, sightings of them, and leaks. */
export interface Verdict extends Omit<Judgement, 'dropped' | 'byPhones' | 'byBuses'> {
  readonly tags: number;
  readonly leaks: number;
  /** Of an operator that was revoked, or a tag that was struck out. */
  readonly leaksAfterRevocation: number;
  /** Of what was erased, delivered, or waited for too long. */
  readonly leaksAfterRetention: number;
}

export interface TownOutcome {
  readonly verdict: Verdict;
  /** Sightings of the revoked operator that came late, from a gateway that could not know, and that no archive took. */
  readonly late: number;
  /** Of the sightings, those by phones. */
  readonly byPhones: number;
  /** And those by detectors on buses. */
  readonly byBuses: number;
  readonly leaks: readonly Found[];
}

export const REVOKED: OperatorId = 'gamma';
/** Which operator has a service of its own, and is erased at a gateway. */
const DESK: OperatorId = 'alpha';
const LASTING: readonly OperatorId[] = ['alpha', 'beta'];
/** Of a buffer: what was receipted has left its file. */
const settledWithinMs = 60_000;
/** How long the first gateway may hear nobody at the end. */
const maxOutOfReachS = 600;
/** An operator that is being revoked: its open windows and what is on its way are given up. */
const windowS = 10;
const batchS = 10;
const givenUpS = windowS + batchS;
const givenUpByPhonesS = (3 * uploadEveryMs) / 1_000;
/** How long the first gateway is out of reach before the revocation, and after it. */
const outOfReachS = 30;
const SHM = '/dev/shm';

/** Rejects if something does not start or does not come to an end. */
export async function runTown(options: TownRunOptions): Promise<TownOutcome> {
  const root = mkdtempSync(join(existsSync(SHM) ? SHM : tmpdir(), 'machimori-town-'));
  const undo: (() => unknown)[] = [() => rmSync(root, { recursive: true, force: true })];
  try {
    return await new Run(options, root, undo).run();
  } finally {
    for (const each of undo.toReversed()) await each();
  }
}

class Run {
  readonly #options: TownRunOptions;
  readonly #root: string;
  readonly #undo: (() => unknown)[];
  readonly #town: WatchOverTown;
  readonly #clock: TownClock;
  /** The town's seconds by the gateways' clock, epoch ms: while the town stands still, the clock goes on. */
  readonly #wallAt: number[] = [];
  /** By detector. */
  readonly #edgeOf = new Map<string, Edge>();
  #edges: readonly Edge[] = [];
  /** By gateway. */
  readonly #startedWith = new Map<string, EdgeOptions>();
  readonly #stopped = new Set<Edge>();
  readonly #remains = new Remains();
  #foundHalfway: readonly Found[] = [];
  #phones = new Map<Receiver, Phone>();
  readonly #taps: Partial<Record<'feed' | 'first' | 'phones', Tap>> = {};

  constructor(options: TownRunOptions, root: string, undo: (() => unknown)[]) {
    this.#options = options;
    this.#root = root;
    this.#undo = undo;
    this.#town = new WatchOverTown(options);
    const begin = Date.now() - (options.minutes * 60 + 300) * 1_000; // no reading is ahead of the hub's clock
    this.#clock = new TownClock(new Date(begin).toISOString());
  }

  async run(): Promise<TownOutcome> {
    const { minutes, plant, report } = this.#options;
    const town = this.#town;
    const { hub, desk } = await this.#start();
    await this.#clock.passUntil('the gateways to know the operators', () => knows(this.#edges, 3));
    await this.#clock.passUntil('the controllers to scan', () => listens(this.#edges));
    const seconds = minutes * 60;
    const half = Math.floor(seconds / 2);
    report(`${this.#edges.length} gateways with ${this.#edgeOf.size} detectors and ${this.#phones.size} phones listen`);
    let revocation = { atS: 0, at: 0, archived: 0 };
    for (let atS = 0; atS < seconds; atS++) {
      if (atS === half - outOfReachS) this.#taps.first?.goDead();
      if (atS === half) {
        await this.#breakFirst();
        revocation = { atS, ...(await this.#revoke(hub)) };
      }
      if (atS === half + outOfReachS) await this.#mend();
      this.#listen(atS);
      await this.#clock.pass(1_000, 1_000);
      if ((atS + 1) % 60 === 0)
        report(
          `${(atS + 1) / 60} min: ${town.truth.heard} advertisements of tags heard, ${town.truth.heardOfStrangers} of others`,
        );
    }
    await this.#eachPhone((phone) => phone.stop());
    await this.#drained(hub, this.#edges);
    const archived = await archivedOf(hub, REVOKED);
    const found = [...(await this.#outOfReach(seconds))]; // of what had to go
    await hub.process.end('SIGTERM');

    const leaks = this.#search(hub, desk);
    const more = archived - revocation.archived;
    const judgement = await judge({
      truth: town.truth,
      tags: town.tags,
      operators: hub.operators,
      archiveOf: hub.archiveOf,
      wallAt: (atS) => this.#wallAt[atS] ?? Number.NaN,
      gatewayOf: new Map([...this.#edgeOf].map(([detector, { gateway }]) => [detector, gateway])),
      isOnBus: (detector) => detector.startsWith('bus-'),
      isExcused: (operator, receiver, atS) =>
        atS >= seconds || (operator === REVOKED && atS >= revocation.atS - this.#givenUpS(receiver)),
    });
    const struckOut = await strikeOut(desk, this.#someTagOf(DESK), plant);
    found.push(...(await eraseAtHub(hub, REVOKED, this.#remains, plant)));
    const left = this.#left();
    const ofRevoked = left.filter(({ what }) => what.startsWith(`a sighting of ${REVOKED},`));
    const afterRevocation = [...struckOut, ...ofRevoked];
    const afterRetention = [...found, ...left.filter((each) => !ofRevoked.includes(each))];
    const sentOf = (tap: Tap | undefined) => sentSince(tap?.connections ?? [], REVOKED, revocation.at);
    const [onTheWire, late] = [sentOf(this.#taps.feed), sentOf(this.#taps.first)];
    report(`${judgement.byPhones} sightings are by phones, ${judgement.byBuses} by buses`);
    report(`${judgement.dropped} sightings of tags that are not enrolled were dropped by their operator`);
    report(
      `after the revocation: ${onTheWire} sightings of ${REVOKED} sent, ${more} stored; ${late} sent by the gateway that could not know`,
    );
    if (plant !== undefined) report(`planted: ${plant}`);
    return {
      leaks: [...leaks.found, ...afterRevocation, ...afterRetention],
      late,
      byPhones: judgement.byPhones,
      byBuses: judgement.byBuses,
      verdict: {
        tags: town.tags.filter(({ isEnrolled }) => isEnrolled).length,
        sightings: judgement.sightings,
        found: judgement.found,
        missed: judgement.missed,
        wrongPlace: judgement.wrongPlace,
        wrongOperator: judgement.wrongOperator,
        strangers: judgement.strangers,
        leaks: leaks.found.length,
        leaksAfterRevocation: onTheWire + more + afterRevocation.length,
        leaksAfterRetention: afterRetention.length,
      },
    };
  }

  async #start(): Promise<{ readonly hub: TownHub; readonly desk: Desk }> {
    const { plant } = this.#options;
    if (plant === 'free pages kept') this.#undo.push(keepFreePages());
    const desk = await makeDesk(DESK, this.#root);
    this.#undo.push(() => desk.process.close());
    const hub = await makeHub(this.#root, this.#town.tags, {
      ...(plant === 'wrong archive' && { alsoTo: { alpha: 'beta' } }),
      retention: plant === 'retention forgotten' ? '31d' : `${retentionMs / 1_000}s`,
      more: desk.link,
    });
    this.#undo.push(() => hub.process.close());
    await desk.process.start();
    for (const { id, keyFile } of hub.operators) {
      const own = createPrivateKey(readFileSync(keyFile)).export({ type: 'pkcs8', format: 'der' });
      this.#town.truth.keepSecret(own.subarray(-32, -26), `the private key of ${id}`);
    }
    const plans = planEdges(this.#town.receivers);
    const passwordFiles = hub.enrol(plans);
    await hub.process.start();
    const [feed, first, phones] = [new Tap(hub.port), new Tap(hub.port), new Tap(hub.phonesPort)];
    Object.assign(this.#taps, { feed, first, phones });
    this.#undo.push(() => [feed, first, phones].map((tap) => tap.close()));
    const [hubPort, firstPort, phonesPort] = [await feed.open(), await first.open(), await phones.open()];
    await this.#clock.passUntil('the hub to run', () => hub.process.log.text.includes('phones is open'));
    this.#edges = plans.map((plan, i) =>
      this.#startEdge(plan, {
        ...{ clock: this.#clock, hubPort: i === 0 ? firstPort : hubPort, listKey: hub.listKey },
        folder: join(this.#root, plan.gateway),
        passwordFile: passwordFiles[i] ?? '',
        spoil: spoiler(plant),
        isParked: plant === 'parked GPS',
      }),
    );
    const url = `http://127.0.0.1:${phonesPort}`;
    const carried = this.#town.receivers.filter(({ kind }) => kind === 'phone');
    const phoneOf = ({ position }: Receiver) => new Phone({ clock: this.#clock, url, listKey: hub.listKey, position });
    this.#phones = new Map(carried.map((receiver) => [receiver, phoneOf(receiver)]));
    await this.#eachPhone((phone) => phone.start());
    return { hub, desk };
  }

  #startEdge(plan: EdgePlan, options: EdgeOptions): Edge {
    const edge = startEdge(plan, options);
    this.#undo.push(() => this.#stopEdge(edge));
    this.#startedWith.set(plan.gateway, { ...options, log: edge.log });
    for (const { id } of plan.detectors) this.#edgeOf.set(id, edge);
    return edge;
  }

  /** The first gateway, which has sightings waiting, finds its file damaged when it is started again. */
  async #breakFirst(): Promise<void> {
    const [first, ...others] = this.#edges;
    const options = this.#startedWith.get(first?.gateway ?? '');
    if (first === undefined || options === undefined) throw new Error('there is no gateway');
    await this.#stopEdge(first);
    damage(first, this.#remains);
    const again = this.#startEdge(first, options);
    checkSetAside(again, this.#options.plant);
    this.#edges = [again, ...others];
    await this.#clock.passUntil('the first gateway to listen again', () => knows([again], 3) && listens([again]));
  }

  /** The first gateway goes on alone, out of reach, until it has something of both operators; none of it may be left in the end. */
  async #outOfReach(fromS: number): Promise<readonly Found[]> {
    const [first, ...others] = this.#edges;
    if (first === undefined) throw new Error('there is no gateway');
    this.#taps.first?.goDead();
    for (const edge of others) await this.#stopEdge(edge);
    await this.#clock.advance(settledWithinMs); // so that what it finds in the file is not what was receipted
    const isEnough = () => {
      const waiting = waitingAt(first);
      return waiting.batches > 0 && LASTING.every((operator) => waiting.counts.has(operator));
    };
    for (let atS = fromS; !isEnough(); atS++) {
      if (atS > fromS + maxOutOfReachS)
        throw new Error('the first gateway hears too few: take more tags, or another seed');
      this.#listen(atS);
      await this.#clock.advance(1_000);
    }
    const left = await eraseAndExpire(first, DESK, this.#remains, this.#clock);
    await this.#stopEdge(first);
    return left;
  }

  /** What was delivered and is still at a gateway. */
  #left(): readonly Found[] {
    for (const tapped of [...(this.#taps.first?.connections ?? []), ...(this.#taps.feed?.connections ?? [])])
      this.#remains.noteFeed(tapped);
    return this.#edges.flatMap(({ gateway, folder }) => this.#remains.in(gateway, folder));
  }

  /** One that was heard, and whose name begins no other's. */
  #someTagOf(operator: OperatorId): TownTag {
    const { tags, truth } = this.#town;
    const isAlone = (name: string) => tags.filter((each) => each.name.startsWith(name)).length === 1;
    const isHeard = (name: string) =>
      [...truth.hearingsOf(name)].some(
        ([receiver, [first]]) => this.#edgeOf.has(receiver) && (first?.atS ?? 0) < outOfReachS,
      );
    const tag = tags.find(
      ({ operator: of, isEnrolled, name }) => of === operator && isEnrolled && isAlone(name) && isHeard(name),
    );
    if (tag === undefined) throw new Error(`no tag of ${operator} was heard: take more tags, or another seed`);
    return tag;
  }

  /** How long before a revocation a hearing may be lost to it. */
  #givenUpS(receiver: string): number {
    const edge = this.#edgeOf.get(receiver);
    if (edge === undefined) return givenUpByPhonesS;
    return edge === this.#edges[0] ? givenUpS + outOfReachS : givenUpS;
  }

  /** What everybody hears in this second. */
  #listen(atS: number): void {
    this.#wallAt[atS] = this.#clock.moment().wall;
    for (const { receiver, heard } of this.#town.step(atS)) {
      if (this.#phones.get(receiver)?.hear(heard) === false) this.#town.truth.unheard(receiver.id, atS);
      this.#edgeOf.get(receiver.id)?.controllers.get(receiver.id)?.hear(heard);
    }
  }

  /** Time goes on meanwhile. */
  async #eachPhone(does: (phone: Phone) => Promise<void>): Promise<void> {
    await this.#clock.passDuring(Promise.all([...this.#phones.values()].map(does)));
  }

  /** By the hub's own command; resolves when the gateways in reach look for its tags no more and all that they sealed has arrived. Phones go on. */
  async #revoke(hub: TownHub) {
    await run(hub.process.folder, 'operator', 'revoke', 'gateway.toml', REVOKED);
    const inReach = this.#edges.slice(1);
    await this.#clock.passUntil('the gateways to know of the revocation', () => knows(inReach, 2));
    await this.#drained(hub, inReach);
    this.#searchFiles();
    const archived = await archivedOf(hub, REVOKED);
    this.#options.report(`${REVOKED} is revoked; ${archived} sightings of it are archived`);
    return { at: this.#clock.moment().wall, archived };
  }

  /** The first gateway is in reach again. */
  async #mend(): Promise<void> {
    this.#taps.first?.mend();
    await this.#clock.passUntil('the first gateway to know of the revocation', () => knows(this.#edges, 2));
  }

  /** All windows are closed, and nothing waits at a gateway or at the hub. */
  async #drained(hub: TownHub, edges: readonly Edge[]): Promise<void> {
    await this.#clock.pass((windowS + batchS + 1) * 1_000);
    await this.#clock.passUntil('the gateways to send what they have', () =>
      edges.every(({ running }) => isEmptied(running.buffer.stats())),
    );
    await stored(hub);
  }

  /** It says goodbye on a clock that goes on. */
  async #stopEdge(edge: Edge): Promise<void> {
    if (this.#stopped.has(edge)) return;
    this.#stopped.add(edge);
    await this.#clock.passDuring(edge.stop());
  }

  /** The gateways' files as they are while they run. */
  #searchFiles(): void {
    const leaks = new Leaks(new ByteSearch(this.#town.truth.secrets));
    for (const { gateway, folder } of this.#edges) leaks.lookIntoFiles(gateway, folder);
    this.#foundHalfway = leaks.found;
  }

  #search(hub: TownHub, desk: Desk): Leaks {
    const { secrets } = this.#town.truth;
    const search = new ByteSearch(secrets);
    const leaks = new Leaks(search, this.#foundHalfway);
    for (const edge of this.#edges) {
      leaks.look(`${edge.gateway}: log`, Buffer.from(logOf(edge)));
      leaks.lookIntoFiles(edge.gateway, edge.folder);
      leaks.lookIntoDatabases(edge.gateway, edge.folder);
    }
    leaks.look('hub: log', Buffer.from(hub.process.log.text));
    leaks.lookIntoFiles('hub', hub.process.folder);
    leaks.lookIntoDatabases('hub', hub.process.folder);
    leaks.look('desk: log', Buffer.from(desk.process.log.text));
    leaks.lookIntoFiles('desk', desk.process.folder);
    const feeds = [...(this.#taps.first?.connections ?? []), ...(this.#taps.feed?.connections ?? [])];
    for (const [i, tapped] of feeds.entries()) leaks.lookIntoFeed(`wire ${i}`, tapped);
    for (const tapped of this.#taps.phones?.connections ?? []) leaks.lookIntoConnection("a phone's wire", tapped);
    const megabytes = Math.round(search.bytes / 1e6);
    this.#options.report(
      `${megabytes} MB were searched for ${secrets.size} secrets, ${leaks.batches} batches decompressed`,
    );
    return leaks;
  }
}
