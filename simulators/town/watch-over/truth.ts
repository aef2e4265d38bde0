/**
 * What happened in the town, as only the simulator knows it: who was heard where and when, and what of it is nobody's business.
 */
import type { Point } from './streets.ts';
import type { TownTag } from './tags.ts';

export interface Hearing {
  /** Seconds since the start. */
  readonly atS: number;
  /** Where the detector or the phone was then. */
  readonly place: Point;
}

export class Truth {
  /** By tag's name and receiver's id, in the order of time. */
  readonly #hearings = new Map<string, Map<string, Hearing[]>>();
  /** What must never be found: by the six bytes, or the four of major and minor, in hexadecimal, what it is. */
  readonly secrets = new Map<string, string>();
  /** Advertisements heard: of tags, and of everybody else. */
  heard = 0;
  heardOfStrangers = 0;

  note(tag: TownTag, receiver: string, hearing: Hearing): void {
    this.heard++;
    let at = this.#hearings.get(tag.name);
    if (at === undefined) {
      at = new Map();
      this.#hearings.set(tag.name, at);
      for (const own of tag.own) this.keepSecret(own, `the identifier of ${tag.name}`);
      this.keepSecret(tag.address, `the address of ${tag.name}`);
    }
    const list = at.get(receiver);
    if (list === undefined) at.set(receiver, [hearing]);
    else list.push(hearing);
  }

  /** A phone was not listening in this second. */
  unheard(receiver: string, atS: number): void {
    for (const by of this.#hearings.values()) {
      const list = by.get(receiver);
      if (list?.at(-1)?.atS !== atS) continue;
      list.pop();
      this.heard--;
      if (list.length === 0) by.delete(receiver);
    }
  }

  noteStranger(secrets: readonly Uint8Array[]): void {
    this.heardOfStrangers++;
    for (const [i, secret] of secrets.entries()) {
      const digits = Buffer.from(secret).toString('hex');
      if (this.secrets.has(digits)) continue;
      this.secrets.set(digits, `a stranger's ${i === 0 ? 'address' : 'identifier'}, no. ${this.secrets.size}`);
    }
  }

  keepSecret(bytes: Uint8Array, what: string): void {
    this.secrets.set(Buffer.from(bytes).toString('hex'), what);
  }

  /** By receiver; empty if the tag came within nobody's range. */
  hearingsOf(tag: string): ReadonlyMap<string, readonly Hearing[]> {
    return this.#hearings.get(tag) ?? new Map();
  }
}
