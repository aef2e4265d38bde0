/**
 * Whose tag an identifier is, fixed or rotating, by the keys that the operator holds.
 *
 * Eddystone-EID: what every tag sends within a block of time is computed once for the block and looked up from then on. A beacon's clock
 * drifts, so its neighbouring slots are computed too: one on either side, and as many more as `maxDrift` since it was last heard makes,
 * up to `maxSlots`. Whenever it is heard its clock is learned anew. An identifier that is recorded and sent again after that says nothing.
 * A resolvable private address is tried with each key; one in 2^24 of strangers' addresses fits a key by chance.
 * Bounds: `maxIdentifiers` computed at once (the blocks used least recently go first, but for the newest), `maxAddresses` remembered.
 */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { addressOf } from '../../../devices/ble/address.ts';
import { ephemeralId, isMadeWith, slotStart } from '../../../devices/ble/rotating.ts';
import { encryptBlock } from '../../../devices/lorawan/aes.ts';
import { type TagId, tagKey } from '../../../shared/enrolment/tag-id.ts';
import { toHex } from '../../../shared/hex.ts';
import type { EnrolledTag, EnrolledTags, EphemeralTag } from './enrolled-tags.ts';

const blockS = 1_024;
/** Of a beacon's crystal, as Eddystone-EID allows it. */
const maxDrift = 150e-6;
const maxSlots = 8;
const maxIdentifiers = 2_000_000;
const maxAddresses = 50_000;
const tagsAtOnce = 200;

/** What was learned of a beacon's clock. */
export interface BeaconClock {
  /** When it stood at 0, Unix time in seconds. */
  readonly zeroAt: number;
  /** When it was last heard, Unix time in seconds. */
  readonly heardAt: number;
}

interface Slot {
  readonly tag: EphemeralTag;
  readonly clockS: number;
}

type Slots = ReadonlyMap<string, Slot>;

interface Block {
  readonly slots: Promise<Slots>;
  /** 0 until they are computed. */
  size: number;
}

export class RotatingTags {
  readonly #enrolled: EnrolledTags;
  /** By `keyOf`. */
  readonly #clocks: Map<string, BeaconClock>;
  readonly #learned = new Map<string, BeaconClock & { readonly tag: string }>();
  readonly #blocks = new Map<number, Block>();
  readonly #addresses = new Map<number, EnrolledTag | undefined>();

  /** `clocks`: what was learned before, by `keyOf`. */
  constructor(enrolled: EnrolledTags, clocks: ReadonlyMap<string, BeaconClock>) {
    this.#enrolled = enrolled;
    this.#clocks = new Map(clocks);
  }

  /** `at`: when it was seen, epoch ms. Undefined if no enrolled tag sends it. */
  async find(id: TagId, at: number): Promise<EnrolledTag | undefined> {
    const fixed = this.#enrolled.fixed.get(tagKey(id));
    if (fixed !== undefined) return fixed;
    if (id.format === 'eddystone-eid' && this.#enrolled.ephemeral.length > 0)
      return this.#ephemeral(id.bytes, at / 1000);
    if (id.format === 'address' && this.#enrolled.resolvable.length > 0) return this.#resolvable(addressOf(id.bytes));
    return undefined;
  }

  /** What is newly learned of beacons' clocks since the last call, by `keyOf`. */
  takeLearned(): ReadonlyMap<string, BeaconClock & { readonly tag: string }> {
    const learned = new Map(this.#learned);
    this.#learned.clear();
    return learned;
  }

  async #ephemeral(identifier: Uint8Array, atS: number): Promise<EnrolledTag | undefined> {
    const slot = (await this.#slotsAt(atS)).get(toHex(identifier));
    if (slot === undefined) return undefined;
    this.#learn(slot, Math.floor(atS));
    return slot.tag;
  }

  async #slotsAt(atS: number): Promise<Slots> {
    const number = Math.floor(atS / blockS);
    const block = this.#blocks.get(number) ?? { slots: this.#compute(number * blockS), size: 0 };
    this.#blocks.delete(number); // move it to the end: a Map keeps insertion order
    this.#blocks.set(number, block);
    const slots = await block.slots;
    block.size = slots.size;
    this.#makeRoom(number);
    return slots;
  }

  async #compute(fromS: number): Promise<Slots> {
    const slots = new Map<string, Slot>();
    for (const [i, tag] of this.#enrolled.ephemeral.entries()) {
      if (i % tagsAtOnce === tagsAtOnce - 1) await turn();
      const { key, exponent } = tag;
      const { zeroAt, heardAt } = this.#clockOf(tag);
      const slotS = 2 ** exponent;
      const doubtS = slotS + Math.min(maxDrift * Math.abs(fromS - heardAt), maxSlots * slotS);
      const first = slotStart(Math.max(0, Math.floor(fromS - zeroAt - doubtS)), exponent);
      for (let clockS = first; clockS <= fromS + blockS - zeroAt + doubtS; clockS += slotS) {
        slots.set(toHex(ephemeralId(key, clockS, exponent, encryptBlock)), { tag, clockS });
      }
    }
    return slots;
  }

  #makeRoom(newest: number): void {
    let identifiers = 0;
    for (const { size } of this.#blocks.values()) identifiers += size;
    for (const [number, { size }] of this.#blocks) {
      if (identifiers <= maxIdentifiers) return;
      if (number === newest) continue;
      this.#blocks.delete(number);
      identifiers -= size;
    }
  }

  #clockOf(tag: EphemeralTag): BeaconClock {
    return this.#clocks.get(keyOf(tag)) ?? { zeroAt: tag.zeroAt, heardAt: tag.zeroAt };
  }

  /** The nearest clock that shows this slot at this time. */
  #learn({ tag, clockS }: Slot, atS: number): void {
    const known = this.#clockOf(tag);
    const key = keyOf(tag);
    const zeroAt = Math.min(Math.max(known.zeroAt, atS - clockS - 2 ** tag.exponent + 1), atS - clockS);
    const clock = { zeroAt, heardAt: Math.max(known.heardAt, atS) };
    this.#clocks.set(key, clock);
    this.#learned.set(key, { ...clock, tag: tag.tag });
  }

  #resolvable(address: number): EnrolledTag | undefined {
    if (this.#addresses.has(address)) return this.#addresses.get(address);
    const found = this.#enrolled.resolvable.find(({ key }) => isMadeWith(key, address, encryptBlock));
    if (this.#addresses.size >= maxAddresses) this.#addresses.clear();
    this.#addresses.set(address, found);
    return found;
  }
}

/** What a beacon's clock is filed under: of its key no more than tells it from others. */
export function keyOf({ key }: Pick<EphemeralTag, 'key'>): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}
