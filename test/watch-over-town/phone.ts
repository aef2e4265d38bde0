/** A volunteer's phone, as the core of its app works: it looks for the operators' patterns, seals with its place, and uploads on a schedule. */
import { randomBytes } from 'node:crypto';
import { type Matcher, matcher } from '../../devices/ble/match.ts';
import type { Bytes } from '../../shared/enrolment/keys.ts';
import { type Operator, readOperatorList } from '../../shared/enrolment/operators.ts';
import { Sealer } from '../../shared/enrolment/seal.ts';
import { type Place, type SightedTag, tagKey } from '../../shared/enrolment/tag-id.ts';
import { encodeUpload, PHONE, sightingsEach } from '../../shared/enrolment/upload.ts';
import { anonymousGateway } from '../../shared/feed/anonymous.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Advertisement } from '../../simulators/sensors/hci.ts';

interface Sighted {
  readonly operator: string;
  readonly firstAt: number;
  tag: SightedTag;
  lastAt: number;
  rssi: number;
  count: number;
}

export interface PhoneDoor {
  /** http://host:port */
  readonly url: string;
  readonly listKey: Bytes;
}

export class Phone {
  readonly #door: PhoneDoor;
  #etag = '';
  #operators: readonly Operator[] = [];
  #match: Matcher = matcher([]);
  #sealers = new Map<string, Sealer>();
  #sighted = new Map<string, Sighted>();

  constructor(door: PhoneDoor) {
    this.#door = door;
  }

  /** Fetches the operators' list if there is another. */
  async refresh(): Promise<void> {
    const answer = await fetch(`${this.#door.url}/v1/operators`, { headers: { 'if-none-match': this.#etag } });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (answer.status === 304) return;
    if (answer.status !== 200) throw new Error(`the operators' list was answered with ${answer.status}`);
    this.#etag = answer.headers.get('etag') ?? '';
    this.#operators = (await readOperatorList(bytes, this.#door.listKey)).operators;
    this.#match = matcher(
      this.#operators.flatMap(({ id, patterns }) => patterns.map((pattern) => ({ operator: id, pattern }))),
    );
    this.#sealers = new Map(this.#operators.map(({ id, publicKey }) => [id, new Sealer(id, publicKey)]));
    for (const [key, { operator }] of this.#sighted) if (!this.#sealers.has(operator)) this.#sighted.delete(key);
  }

  /** `at`: epoch ms; `place`: where the phone is. */
  hear(advertisements: readonly Advertisement[], at: number, place: Place): void {
    for (const { payload, rssi } of advertisements) {
      for (const { operator, id } of this.#match({ payload })) {
        const key = `${operator} ${tagKey(id)}`;
        const known = this.#sighted.get(key);
        const tag = { id, place };
        if (known === undefined) this.#sighted.set(key, { operator, tag, firstAt: at, lastAt: at, rssi, count: 1 });
        else Object.assign(known, { tag, lastAt: at, rssi: Math.max(rssi, known.rssi), count: known.count + 1 });
      }
    }
  }

  /** Whether it heard anything or not. `at`: epoch ms. Rejects unless the hub has stored it. */
  async upload(at: number): Promise<void> {
    await this.refresh();
    if (this.#operators.length === 0) return;
    const sighted = [...this.#sighted.values()];
    this.#sighted.clear();
    if (sighted.length > sightingsEach) throw new RangeError(`${sighted.length} tags at one phone`);
    const sightings = await Promise.all(
      Array.from({ length: sightingsEach }, (_, i) => this.#sealed(sighted[i] ?? this.#nothing(i, at))),
    );
    const body = encodeUpload(sightings, {
      gateway: anonymousGateway(randomBytes(16)),
      epoch: randomBytes(8).toString('hex'),
    });
    const answer = await fetch(`${this.#door.url}/v1/sightings`, { method: 'POST', body: Uint8Array.from(body) });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`an upload was answered with ${answer.status}`);
  }

  #nothing(i: number, at: number): Sighted {
    const { id: operator } = this.#operators[i % this.#operators.length] ?? { id: '' };
    const tag: SightedTag = { id: { format: 'raw', bytes: new Uint8Array() } };
    return { operator, tag, firstAt: at - i, lastAt: at - i, rssi: -70, count: 1 };
  }

  async #sealed({ operator, tag, firstAt, lastAt, rssi, count }: Sighted): Promise<Reading> {
    const sealer = this.#sealers.get(operator);
    if (sealer === undefined) throw new RangeError(`${operator} is in no list`);
    const sealed = await sealer.seal(tag, { device: PHONE, observedAt: lastAt }, lastAt);
    return {
      device: PHONE,
      kind: 'sighting',
      observedAt: lastAt,
      values: { operator, ...sealed, rssi, count, firstAt, lastAt },
    };
  }
}
