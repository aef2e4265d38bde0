/**
 * What attackers learn from what they can take, by trying: a detector of the city seals sightings of two operators' tags, and its buffer is a
 * real one. Keys are drawn anew each time, and the figures are the same.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadingBuffer } from '../../gateway/buffer/buffer.ts';
import { decompress } from '../../gateway/buffer/compress.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { fromBase64url, toBase64url } from '../../shared/enrolment/base64url.ts';
import { type Bytes, newKeys, readKeys } from '../../shared/enrolment/keys.ts';
import { signOperatorList } from '../../shared/enrolment/operators.ts';
import { Opener, Sealer } from '../../shared/enrolment/seal.ts';
import { type SightedTag, unpackTag } from '../../shared/enrolment/tag-id.ts';
import { encodeUpload, PHONE, sightingsEach } from '../../shared/enrolment/upload.ts';
import { anonymousGateway } from '../../shared/feed/anonymous.ts';
import { decodeBatch, decodeBody } from '../../shared/feed/batch.ts';
import { toHex } from '../../shared/hex.ts';
import type { SealedSighting } from '../../shared/reading.ts';

const OPERATORS = ['alsok', 'otta'] as const;
const tagsEach = 20;
/** Of a minute each; half of the tags are seen in each. */
const windows = 3;
const AT = Date.parse('2026-01-15T03:00:00.000Z');

export interface Learnt {
  /** Sightings that it has, as they were sealed. */
  readonly has: number;
  /** Tags of which the identifier is known. */
  readonly identifiers: number;
  /** Sightings of which it is known whose they are. */
  readonly opened: number;
  /** Sightings that can be told to be of the same tag as another, unopened. */
  readonly linked: number;
  /** Sightings of which operator, detector and time are known; absent where sightings of nothing are among them. */
  readonly counted?: number;
}

export interface Figures {
  readonly tags: number;
  readonly sightings: number;
  /** Its list, and the uploads it made: one when it had heard tags, one when it had heard none. */
  readonly stolenPhone: Learnt & { readonly uploadsToldApart: number };
  /** Its data directory, and its memory while a window is open. */
  readonly stolenGateway: Learnt;
  /** Its data directory, a minute before and now. */
  readonly twoVersions: Learnt;
  readonly hubOperator: Learnt;
  /** With its own private key, and all of the other's sightings in its hands, which the hub does not send it. */
  readonly neighbouringOperator: Learnt & { readonly ofItsOwn: number };
}

interface Operator {
  readonly id: string;
  readonly opener: Opener;
  readonly sealer: Sealer;
  readonly publicKey: Bytes;
  readonly tags: readonly SightedTag[];
}

/** What the memory of a process has while it seals. */
interface Remembered {
  readonly key: Parameters<typeof crypto.subtle.encrypt>[1];
  readonly algorithm: Parameters<typeof crypto.subtle.encrypt>[0];
}

export async function playAttackers(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-attackers-'));
  try {
    return await play(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function play(folder: string): Promise<Figures> {
  const operators = await Promise.all(OPERATORS.map(newOperator));
  const tags = operators.flatMap((operator) => operator.tags);
  const list = await listOf(operators);
  const edge = new Edge(join(folder, 'edge'), list);
  let memory: Remembered[] = [];
  for (let window = 0; window < windows; window++) {
    if (window === windows - 1) edge.copyTo(join(folder, 'before'));
    memory = await remembering(() => edge.sight(operators, window));
  }
  edge.copyTo(join(folder, 'now'));
  const before = await sightingsIn(join(folder, 'before'));
  const now = await sightingsIn(join(folder, 'now'));
  edge.close();

  const uploads = [await upload(operators, 5), await upload(operators, 0)];
  const [first, second] = operators;
  if (first === undefined || second === undefined) throw new RangeError('two operators are needed');
  const stranger = await newOperator('stranger'); // with a key that nobody sealed to
  const plainOf = (bytes: readonly Uint8Array[]) => tags.filter((tag) => bytes.some((each) => holds(each, tag))).length;
  const learnt = async (has: readonly SealedSighting[], open: Open, seen: readonly Uint8Array[]) => {
    const { identifiers, opened } = await openedBy(has, open);
    return { has: has.length, identifiers: Math.max(identifiers, plainOf(seen)), opened, linked: linkedIn(has) };
  };
  const asStranger: Open = (sighting) => openAs(stranger, sighting);
  const versions = [...before.filter((old) => !now.some((each) => isSame(old, each))), ...now];
  const ofFirst = now.filter(({ values }) => values.operator === first.id);
  const ofSecond = now.filter(({ values }) => values.operator === second.id);
  const asSecond: Open = (sighting) => openAs(second, sighting);
  const files = (name: string) => filesIn(join(folder, name));
  return {
    tags: tags.length,
    sightings: now.length,
    stolenPhone: {
      ...(await learnt(uploads.flatMap(sightingsOf), asStranger, [list, ...uploads])),
      uploadsToldApart: new Set(uploads.map((each) => each.length)).size - 1,
    },
    stolenGateway: {
      ...(await learnt(now, (sighting) => openWith(memory, sighting), files('now'))),
      counted: now.filter(isCounted).length,
    },
    twoVersions: {
      ...(await learnt(versions, asStranger, [...files('before'), ...files('now')])),
      counted: versions.filter(isCounted).length,
    },
    hubOperator: { ...(await learnt(now, asStranger, now.map(bytesOf))), counted: now.filter(isCounted).length },
    neighbouringOperator: {
      ...(await learnt(ofFirst, asSecond, ofFirst.map(bytesOf))),
      counted: ofFirst.filter(isCounted).length,
      ofItsOwn: (await openedBy(ofSecond, asSecond)).opened,
    },
  };
}

type Open = (of: SealedSighting) => Promise<SightedTag | undefined>;

function isCounted({ device, observedAt, values }: SealedSighting): boolean {
  return device !== PHONE && observedAt > 0 && values.operator !== '';
}

async function newOperator(id: string): Promise<Operator> {
  const { pkcs8, publicKey } = await newKeys('X25519');
  const opener = await Opener.of(await readKeys('X25519', pkcs8, publicKey));
  const tags = Array.from({ length: tagsEach }, () => {
    return { id: { format: 'ibeacon', bytes: crypto.getRandomValues(new Uint8Array(20)) } } as const;
  });
  return { id, opener, sealer: new Sealer(id, publicKey), publicKey, tags };
}

async function listOf(operators: readonly Operator[]): Promise<Bytes> {
  const both = { en: 'x', ja: 'x' };
  const { privateKey } = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as {
    privateKey: Parameters<typeof signOperatorList>[1];
  };
  const listed = operators.map(({ id, publicKey }) => {
    const patterns = [{ format: 'ibeacon', uuid: new Uint8Array(16) }] as never; // the pattern plays no part here
    return { id, name: both, purpose: both, publicKey, patterns, retentionMs: 3_600_000 };
  });
  return signOperatorList({ number: 1, issuedAt: AT, validUntil: AT + 1, operators: listed }, privateKey);
}

/** A detector's gateway. */
class Edge {
  readonly #folder: string;
  readonly #buffer: ReadingBuffer;

  constructor(folder: string, list: Uint8Array) {
    this.#folder = folder;
    this.#buffer = openBuffer(folder);
    writeFileSync(join(folder, 'operators-list.cbor'), list);
  }

  /** Half of the tags pass by. */
  async sight(operators: readonly Operator[], window: number): Promise<void> {
    for (const operator of operators) {
      const passing = operator.tags.filter((_, i) => (i + window) % 2 === 0);
      for (const tag of passing) await this.#buffer.append([await sealedBy(operator, tag, window)]);
    }
    this.#buffer.sealOpen();
  }

  copyTo(folder: string): void {
    cpSync(this.#folder, folder, { recursive: true });
  }

  close(): void {
    this.#buffer.close();
  }
}

async function sealedBy({ id, sealer }: Operator, tag: SightedTag, window: number, device = 'detector-01') {
  const observedAt = AT + window * 60_000;
  const sealed = await sealer.seal(tag, { device, observedAt }, window * 60_000);
  const values = { operator: id, ...sealed, rssi: -60, count: 1, firstAt: observedAt, lastAt: observedAt };
  return { device, kind: 'sighting', observedAt, values } satisfies SealedSighting;
}

function openBuffer(folder: string): ReadingBuffer {
  const log = { debug() {}, info() {}, warn() {}, error() {} } as never; // nobody reads it
  const outbox = { name: 'hub', encoding: 'columns', compression: 'none', freshEvery: 4, accepts: () => true } as const;
  return ReadingBuffer.open({
    file: join(folder, 'buffer.sqlite'),
    ...{ gateway: 'edge-01', boot: 'boot', maxBytes: 50e6, batchReadings: 100, batchAgeMs: 5_000, holdMs: 60_000 },
    ...{ outboxes: [outbox], clock: new SystemClock('always'), log },
  });
}

/** Runs something and returns what the memory of the process had of its keys. */
async function remembering(run: () => Promise<void>): Promise<Remembered[]> {
  const { subtle } = crypto;
  const encrypt = subtle.encrypt;
  const remembered: Remembered[] = [];
  subtle.encrypt = (algorithm, key, data) => {
    remembered.push({ key, algorithm });
    return encrypt.call(subtle, algorithm, key, data);
  };
  try {
    await run();
  } finally {
    subtle.encrypt = encrypt;
  }
  return remembered;
}

/**
 * A window's key seals and does not open; but GCM is a stream, and the stream of a counter comes out if zeros are sealed. Whether it was the
 * right one shows when what came out is sealed again.
 */
async function openWith(memory: readonly Remembered[], { values }: SealedSighting): Promise<SightedTag | undefined> {
  const sealed = fromBase64url(values.sealed)?.subarray(4) ?? new Uint8Array();
  const cipher = sealed.subarray(0, 32);
  for (const { key, algorithm } of memory) {
    const stream = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, new Uint8Array(cipher.length)));
    const plain = cipher.map((byte, i) => byte ^ (stream[i] ?? 0));
    const again = Buffer.from(await crypto.subtle.encrypt(algorithm, key, plain));
    if (again.equals(sealed)) return unpackTag(plain);
  }
  return undefined;
}

async function openAs({ opener, id }: Operator, { device, observedAt, values }: SealedSighting) {
  for (const operator of new Set([values.operator, id])) {
    const tag = await opener.open(values, { operator, device, observedAt }).catch(() => undefined);
    if (tag !== undefined) return tag;
  }
  return undefined;
}

async function openedBy(all: readonly SealedSighting[], open: Open) {
  const opened = await Promise.all(all.map(open));
  const tags = opened.flatMap((tag) => (tag === undefined ? [] : [toHex(tag.id.bytes)]));
  return { identifiers: new Set(tags).size, opened: tags.length };
}

/** Sightings that have a seal, its ciphertext or its check in common with another. */
function linkedIn(all: readonly SealedSighting[]): number {
  const parts = all.map(({ values }) => {
    const bytes = Buffer.from(fromBase64url(values.sealed) ?? []);
    return [bytes.subarray(4, 36).toString('hex'), bytes.subarray(36).toString('hex')];
  });
  const times = new Map<string, number>();
  for (const part of parts.flat()) times.set(part, (times.get(part) ?? 0) + 1);
  return parts.filter((own) => own.some((part) => (times.get(part) ?? 0) > 1)).length;
}

function isSame({ values: a }: SealedSighting, { values: b }: SealedSighting): boolean {
  return a.sealed === b.sealed && a.sealedWith === b.sealedWith;
}

async function upload(operators: readonly Operator[], heard: number): Promise<Uint8Array> {
  const nothing = { id: { format: 'raw', bytes: new Uint8Array(1) } } as const;
  const sightings = Array.from({ length: sightingsEach }, (_, i) => {
    const operator = operators[i % operators.length];
    if (operator === undefined) throw new RangeError('there is no operator');
    return sealedBy(operator, (i < heard ? operator.tags[i] : undefined) ?? nothing, windows, PHONE);
  });
  const drawn = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  return encodeUpload(await Promise.all(sightings), { gateway: anonymousGateway(drawn(16)), epoch: toHex(drawn(8)) });
}

function sightingsOf(message: Uint8Array): readonly SealedSighting[] {
  const { header, body } = decodeBatch(message);
  return decodeBody(header, decompress(body, header.compression, 1e8), header.count) as readonly SealedSighting[]; // nothing else was put in
}

async function sightingsIn(folder: string): Promise<readonly SealedSighting[]> {
  const buffer = openBuffer(folder);
  const all = [...buffer.waiting('hub')].flatMap((each) =>
    each.kind === 'batch' ? sightingsOf(each.batch.bytes) : [],
  );
  buffer.close();
  return all;
}

function filesIn(folder: string): Uint8Array[] {
  return readdirSync(folder).map((name) => readFileSync(join(folder, name)));
}

function bytesOf(sighting: SealedSighting): Uint8Array {
  return Buffer.concat([
    Buffer.from(JSON.stringify(sighting)),
    ...[sighting.values.sealed, sighting.values.sealedWith].map((text) => fromBase64url(text) ?? new Uint8Array()),
  ]);
}

function holds(bytes: Uint8Array, { id }: SightedTag): boolean {
  const all = Buffer.from(bytes);
  return [Buffer.from(id.bytes), toHex(id.bytes), toBase64url(Uint8Array.from(id.bytes))].some((form) =>
    all.includes(form),
  );
}
