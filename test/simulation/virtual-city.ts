/**
 * A city OS on the receiving half of the feed (`shared/feed/receive.ts`), with a store of its own that survives its crashes:
 * it stores, then answers, and its answers get lost, repeated, late or garbled as the faults want it.
 */
import { decompress } from '../../gateway/buffer/compress.ts';
import { digestOf } from '../../gateway/buffer/digest.ts';
import { type BatchHeader, decodeBatch, decodeBody } from '../../shared/feed/batch.ts';
import { decodeBirth, decodeStatus } from '../../shared/feed/birth.ts';
import { openParcel } from '../../shared/feed/parcel.ts';
import { newIndexes, type Piece, wholeOf } from '../../shared/feed/parts.ts';
import { decodeGap, decodeReceipt, type Receipt } from '../../shared/feed/receipt.ts';
import { type ReceivedBatch, type Receiving, receiveBatch, receiveGap } from '../../shared/feed/receive.ts';
import { formatTopic, type Origin, parseTopic } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Account, Outcome } from './account.ts';
import { foreign, malformed, reworded } from './odd-receipts.ts';
import type { VirtualBroker } from './virtual-broker.ts';
import type { World } from './world.ts';

/** Probabilities, a message, of what the city OS does wrong; the faults turn them. */
export interface Moods {
  losesReceipt: number;
  repeatsReceipt: number;
  isLate: number;
  garblesReceipt: number;
  /** It answers in other words that mean the same (odd-receipts.ts). */
  rewordsReceipt: number;
  /** Its answer is no receipt. */
  malformsReceipt: number;
  /** It also answers what it was not sent. */
  answersOthers: number;
  /** It refuses each reading of a batch, now and for ever. */
  refusesAll: number;
  /** It commits and crashes before it answers. */
  crashes: number;
  /** It finds a batch unreadable, now and for ever. */
  findsUnreadable: number;
  /** Its disk is full: it neither stores nor answers. */
  cannotStore: number;
  /** It swallows a batch, and does so again whenever that comes, until this is over. */
  swallows: number;
}

interface Given {
  readonly world: World;
  readonly broker: VirtualBroker;
  /** Who keeps account of what comes of a gateway; undefined if there is none of this name. */
  accountOf(origin: Origin): Account | undefined;
  readonly refusesOneIn: number;
}

const maxLateMs = 180_000;
const maxCrashMs = 120_000;
const maxReadings = 1_000_000;

export class VirtualCity {
  readonly moods: Moods = {
    losesReceipt: 0,
    repeatsReceipt: 0,
    isLate: 0,
    garblesReceipt: 0,
    rewordsReceipt: 0,
    malformsReceipt: 0,
    answersOthers: 0,
    refusesAll: 0,
    crashes: 0,
    findsUnreadable: 0,
    cannotStore: 0,
    swallows: 0,
  };
  /** The last that came. */
  status: ReturnType<typeof decodeStatus> | undefined;
  readonly #name: string;
  readonly #world: World;
  readonly #broker: VirtualBroker;
  readonly #accountOf: (origin: Origin) => Account | undefined;
  /** Of so many seconds of observation one reading is refused; 0 refuses none. */
  readonly #refusesOneIn: number;
  readonly #unreadable = new Set<string>();
  readonly #swallowed = new Set<string>();
  readonly #refusing = new Set<string>();
  /** What has come of each batch, whole or in parts. */
  readonly #pieces = new Map<string, Piece[]>();
  #isUp = true;
  #crashes = 0;

  constructor(name: string, given: Given) {
    this.#name = name;
    this.#world = given.world;
    this.#broker = given.broker;
    this.#accountOf = given.accountOf;
    this.#refusesOneIn = given.refusesOneIn;
    this.#broker.subscribe((topic, payload) => {
      this.#take(topic, payload).catch((fault) => {
        this.#world.violations.add('sound', `${this.#name} could not take ${topic}: ${fault}`);
      });
    });
  }

  async #take(topic: string, payload: Uint8Array): Promise<void> {
    const parts = parseTopic(topic);
    if (!this.#isUp || parts === undefined) return;
    if (parts.message === 'birth') decodeBirth(payload);
    if (parts.message === 'status') this.status = decodeStatus(payload);
    if (parts.message !== 'batch' && parts.message !== 'gap') return;
    const { clock, random } = this.#world;
    const crashes = this.#crashes;
    await clock.sleep(random.int(1, 100));
    if (crashes !== this.#crashes || random.chance(this.moods.cannotStore)) return;
    if (parts.message === 'batch' && this.#isSwallowed(payload)) return;
    const account = this.#accountFor(parts, payload, parts.message);
    if (account === undefined) return;
    const receipt = await (parts.message === 'batch'
      ? this.#receiveBatch(payload, account)
      : receiveGap(payload, this.#receiving(account)));
    if (random.chance(this.moods.crashes)) return this.#crash();
    const count = parts.message === 'batch' ? decodeBatch(payload).header.count : 0;
    await this.#answer(formatTopic({ ...parts, message: 'receipt' }), receipt, count);
  }

  /** Whose it is. Nothing may come under a name that nobody has, or under another's. */
  #accountFor(origin: Origin, payload: Uint8Array, message: 'batch' | 'gap'): Account | undefined {
    const { gateway } = message === 'batch' ? decodeBatch(payload).header : decodeGap(payload);
    const account = this.#accountOf(origin);
    if (account !== undefined && gateway === origin.gateway) return account;
    const what = `${this.#name}: a ${message} of ${gateway} came under ${origin.tenant}/${origin.gateway}`;
    this.#world.violations.add('invented', what);
    return undefined;
  }

  #isSwallowed(payload: Uint8Array): boolean {
    if (this.moods.swallows === 0) this.#swallowed.clear();
    const id = idOf(decodeBatch(payload).header);
    if (this.#world.random.chance(this.moods.swallows)) this.#swallowed.add(id);
    return this.#swallowed.has(id);
  }

  /** What was carried here by hand. Gives the receipts, of which some may be lost too. */
  async takeParcel(pieces: readonly Uint8Array[]): Promise<Receipt[]> {
    const { messages } = await openParcel(pieces, 'the parcel');
    const receipts: Receipt[] = [];
    for await (const message of messages) {
      if (message.kind !== 'batch' && message.kind !== 'gap') throw new RangeError(`the parcel holds ${message.kind}`);
      const { bytes, kind } = message;
      const { gateway } = kind === 'batch' ? decodeBatch(bytes).header : decodeGap(bytes);
      const account = this.#accountOf({ tenant: '', gateway });
      if (account === undefined) continue;
      const receipt = await (kind === 'batch'
        ? this.#receiveBatch(bytes, account)
        : receiveGap(bytes, this.#receiving(account)));
      if (!this.#world.random.chance(this.moods.losesReceipt)) receipts.push(decodeReceipt(receipt));
    }
    this.#world.history.note(`${this.#name}: a parcel came by hand, ${receipts.length} receipts go back`);
    return receipts;
  }

  /** `count`: of the batch that is answered. */
  async #answer(topic: string, receipt: Uint8Array, count: number): Promise<void> {
    const { clock, random } = this.#world;
    const { moods } = this;
    if (random.chance(moods.losesReceipt)) return;
    if (random.chance(moods.garblesReceipt)) {
      await this.#broker.publish(topic, random.bytes(random.int(0, 40)));
      return;
    }
    if (random.chance(moods.answersOthers)) await this.#broker.publish(topic, foreign(receipt, random));
    if (random.chance(moods.malformsReceipt)) {
      await this.#broker.publish(topic, malformed(receipt, random));
      return;
    }
    const answer = random.chance(moods.rewordsReceipt) ? reworded(receipt, count, random) : receipt;
    if (random.chance(moods.isLate)) await clock.sleep(random.int(1, maxLateMs));
    const times = random.chance(moods.repeatsReceipt) ? 2 : 1;
    for (let time = 0; time < times; time++) await this.#broker.publish(topic, answer);
  }

  async #crash(): Promise<void> {
    const { clock, random, history } = this.#world;
    this.#isUp = false;
    this.#crashes++;
    history.note(`${this.#name}: crashes after a commit`);
    await clock.sleep(random.int(1, maxCrashMs));
    this.#isUp = true;
  }

  /** What is found unreadable once stays so, and its parts are too, unless some of it had been stored. */
  async #receiveBatch(payload: Uint8Array, account: Account): Promise<Uint8Array> {
    const { header, body } = decodeBatch(payload);
    const received = { ...header, digest: digestOf(payload) };
    const id = `${account.name} ${idOf(wholeOf(received))}`;
    const isNew = !account.hasBatch(header);
    const isUnknown = () => this.#piecesOf(received, account).length === 0;
    if (isNew && this.#world.random.chance(this.moods.findsUnreadable) && isUnknown()) {
      this.#unreadable.add(id);
    }
    if (isNew && this.#unreadable.has(id)) {
      const readings = decodeBody(header, decompress(body, header.compression, 1e9), maxReadings);
      this.#takeIn(received, readings, account, () => 'refused');
      this.#world.history.note(`${this.#name}: finds ${header.number} unreadable`);
    }
    if (isNew && !this.#unreadable.has(id) && this.#world.random.chance(this.moods.refusesAll)) this.#refusing.add(id);
    const receiving: Receiving = {
      ...this.#receiving(account),
      check: (reading) => {
        this.#checked.push(reading);
        return this.#refuses(reading, id) ? 'out of area' : undefined;
      },
    };
    if (!this.#unreadable.has(id)) return receiveBatch(payload, receiving);
    return receiveBatch(payload, {
      ...this.#receiving(account),
      decompress: () => {
        throw new Error('the body does not decompress');
      },
    });
  }

  /** `storeBatch` is only given what is not refused, so it looks for the rest itself. */
  #receiving(account: Account): Receiving {
    return {
      decompress,
      digest: digestOf, // at once: Web Crypto takes real time
      store: {
        storeBatch: (header) => this.#store(header, account),
        storeGap: (gap) => {
          const { number, last, count, reason } = gap;
          this.#world.history.note(`${account.name}: gap ${number}-${last}, ${count} readings, ${reason}`);
          account.gap(gap);
        },
      },
    };
  }
  #checked: Reading[] = [];

  #store(batch: ReceivedBatch, account: Account): 'stored' | 'repeated' {
    const readings = this.#checked;
    this.#checked = [];
    const isNew = !account.hasBatch(batch);
    this.#world.history.note(
      `${account.name}: ${isNew ? 'stores' : 'has'} ${batch.number}, ${batch.lane} ${batch.count}${partText(batch)}`,
    );
    if (!isNew) return 'repeated';
    const whole = `${account.name} ${idOf(wholeOf(batch))}`;
    this.#takeIn(batch, readings, account, (reading) => (this.#refuses(reading, whole) ? 'refused' : 'stored'));
    return 'stored';
  }

  #takeIn(
    batch: ReceivedBatch,
    readings: readonly Reading[],
    account: Account,
    outcomeOf: (reading: Reading) => Outcome,
  ): void {
    const pieces = this.#piecesOf(batch, account);
    const { first } = wholeOf(batch);
    const fresh = new Set(newIndexes(first, [...readings.keys()], pieces));
    const outcomes = readings.map((reading, index) => (fresh.has(index) ? outcomeOf(reading) : 'known'));
    account.batch(batch, readings, outcomes);
    pieces.push({ first, count: readings.length });
  }

  #piecesOf(batch: ReceivedBatch, { name }: Account): Piece[] {
    const { epoch, number, digest } = wholeOf(batch);
    const key = `${name} ${epoch} ${number} ${digest}`;
    const pieces = this.#pieces.get(key) ?? [];
    this.#pieces.set(key, pieces);
    return pieces;
  }

  #refuses({ observedAt }: Reading, batch: string): boolean {
    if (this.#refusing.has(batch)) return true;
    return this.#refusesOneIn > 0 && Math.floor(observedAt / 1000) % this.#refusesOneIn === 0;
  }
}

function idOf({ epoch, number }: Pick<BatchHeader, 'epoch' | 'number'>): string {
  return `${epoch} ${number}`;
}

function partText({ partOf }: BatchHeader): string {
  return partOf === undefined ? '' : `, from ${partOf.first} of ${partOf.number}`;
}
