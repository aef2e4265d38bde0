/** A volunteer's phone in a test: the detector with a scanner, a store, a hub and a clock that the test holds in its hands. */
import { createDetector, type DetectorOptions } from '../../../devices/watch-app/core/detector.ts';
import type { Answer, Chance, Hub, Store } from '../../../devices/watch-app/core/surroundings.ts';
import { testScanner } from '../../../devices/watch-app/scanners/test.ts';
import { memoryStore } from '../../../devices/watch-app/stores/memory.ts';
import { toBase64url } from '../../../shared/enrolment/base64url.ts';
import { type Bytes, newKeys, readKeys } from '../../../shared/enrolment/keys.ts';
import { type Operator, type OperatorList, signOperatorList } from '../../../shared/enrolment/operators.ts';
import { Opener } from '../../../shared/enrolment/seal.ts';
import type { Place, SightedTag } from '../../../shared/enrolment/tag-id.ts';
import { isUpload, PHONE } from '../../../shared/enrolment/upload.ts';
import { decodeBatch, decodeBody } from '../../../shared/feed/batch.ts';
import { digestOf } from '../../../shared/feed/digest.ts';
import { encodeReceipt } from '../../../shared/feed/receipt.ts';
import type { Reading } from '../../../shared/reading.ts';
import { VirtualTime } from './virtual-time.ts';

export const DAY = 86_400_000;
export const MINUTE = 60_000;
export const RIVER: Place = { lat: 34.7569, lon: 134.8414, accuracy: 12 };
/** The three operators' companies: made up, as no assigned company has them. */
export const COMPANIES = { aoba: 0xfff1, midori: 0xfff2, sora: 0xfff3 } as const;
type OperatorId = keyof typeof COMPANIES;

export interface City {
  readonly operators: readonly Operator[];
  /** Base64url. */
  readonly listKey: string;
  readonly openers: ReadonlyMap<string, Opener>;
  list(changes?: Partial<OperatorList>): Promise<Bytes>;
}

export async function newCity(now: number, retentionMs = DAY): Promise<City> {
  const keys = await newKeys('Ed25519');
  const { privateKey } = await readKeys('Ed25519', keys.pkcs8, keys.publicKey);
  const openers = new Map<string, Opener>();
  const operators: Operator[] = [];
  for (const id of Object.keys(COMPANIES) as OperatorId[]) {
    const pair = await newKeys('X25519');
    openers.set(id, await Opener.of(await readKeys('X25519', pair.pkcs8, pair.publicKey)));
    operators.push({
      id,
      name: { en: `${id} watch`, ja: `${id}見守り` },
      purpose: { en: 'Finding children and old people who are lost', ja: '行方が分からない子どもや高齢者の捜索' },
      publicKey: pair.publicKey,
      patterns: [{ format: 'manufacturer', company: COMPANIES[id], match: '01', id: { at: 1, length: 8 } }],
      retentionMs,
    });
  }
  const whole = { number: 1, issuedAt: now, validUntil: now + 7 * DAY, operators };
  return {
    operators,
    openers,
    listKey: toBase64url(keys.publicKey),
    list: (changes = {}) => signOperatorList({ ...whole, ...changes }, privateKey),
  };
}

/** What a tag sends: its operator's company, and eight bytes of its own. */
export function tagOf(operator: OperatorId, number: number, rssi = -70) {
  const data = new Uint8Array(9);
  data[0] = 1;
  new DataView(data.buffer).setUint32(5, number);
  return { manufacturerData: [[COMPANIES[operator], data] as const], rssi };
}

/** A hub that the test can send away, or make lose its answers. */
export class StandInHub implements Hub {
  list: Uint8Array;
  is: 'there' | 'away' | 'losing receipts' | 'busy' | 'refusing' = 'there';
  /** Every request, as it came. */
  readonly requests: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  /** What it has stored, by name. */
  readonly stored = new Map<string, Uint8Array>();
  readonly #now: () => number;

  constructor(list: Uint8Array, now: () => number) {
    this.list = list;
    this.#now = now;
  }

  async operators(): Promise<Uint8Array> {
    if (this.is === 'away') throw new Error('nobody there');
    return this.list;
  }

  async upload(bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
    this.requests.push({ at: this.#now(), bytes });
    if (this.is === 'away') throw new Error('nobody there');
    if (this.is === 'busy') return { kind: 'later', afterMs: 5 * MINUTE };
    if (this.is === 'refusing') return { kind: 'refused' };
    const { gateway, epoch, number } = decodeBatch(bytes).header;
    this.stored.set(gateway, bytes);
    if (this.is === 'losing receipts') throw new Error('connection lost');
    const receipt = { gateway, epoch, number, outcome: 'stored', refused: [], digest: await digestOf(bytes) } as const;
    return { kind: 'receipt', bytes: encodeReceipt(receipt) };
  }
}

export function sightingsIn(bytes: Uint8Array): readonly Reading[] {
  const { header, body } = decodeBatch(bytes);
  const readings = decodeBody(header, body, 100);
  if (!isUpload(header, bytes.length, readings, (id) => id in COMPANIES)) throw new Error('a hub would not take it');
  return readings;
}

/** What an operator finds in an upload: tags alone, or the sightings of nothing too. */
export async function openedBy(city: City, operator: string, bytes: Uint8Array, withNothing = false) {
  const found: (SightedTag & { readonly observedAt: number })[] = [];
  for (const { observedAt, values } of sightingsIn(bytes)) {
    if (values.operator !== operator) continue;
    const sealed = { sealed: String(values.sealed), sealedWith: String(values.sealedWith) };
    const tag = await city.openers.get(operator)?.open(sealed, { operator, device: PHONE, observedAt });
    if (tag !== undefined && (withNothing || tag.id.bytes.length > 0)) found.push({ ...tag, observedAt });
  }
  return found;
}

/** Chance that a test can play again. */
export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0; // mulberry32
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) & 0xff;
  };
  return (bytes) => Uint8Array.from({ length: bytes }, next);
}

interface PhoneOptions extends Partial<Omit<DetectorOptions, 'scanner' | 'clock'>> {
  readonly time?: VirtualTime;
  readonly hub?: StandInHub;
  readonly needsTouch?: boolean;
}

export async function newPhone({ needsTouch = false, ...options }: PhoneOptions = {}, given?: City) {
  const time = options.time ?? new VirtualTime();
  const city = given ?? (await newCity(time.moment().wall));
  const hub = options.hub ?? new StandInHub(await city.list(), () => time.moment().monotonic);
  const scanner = testScanner({ needsTouch });
  const store: Store = options.store ?? memoryStore();
  const detector = createDetector({
    ...{ locate: async () => RIVER, send: hub, listKey: city.listKey, chance: seeded(1), ...options },
    ...{ scanner, store, clock: time },
  });
  /** Waits for what the detector does while time passes. */
  const during = async (action: Promise<void>, ms = 0) => {
    await time.pass(ms);
    await action;
  };
  return { time, city, hub, scanner, store, detector, during };
}

export type Phone = Awaited<ReturnType<typeof newPhone>>;

/** Switched on, with consent. */
export async function newPhoneOn(options: PhoneOptions = {}, city?: City): Promise<Phone> {
  const phone = await newPhone(options, city);
  await phone.detector.agree();
  await phone.during(phone.detector.start());
  return phone;
}
