/**
 * The way of operators' tags from a device type to the buffer: sealed first, beside the readings of the same step and never through the
 * policy. A time that cannot be believed is now's, as for readings, before the seal is bound to it.
 */

import type { Moment } from '../../shared/clock.ts';
import type { TagSighting } from '../../shared/enrolment/tag-sighting.ts';
import type { Reading, SealedSighting } from '../../shared/reading.ts';
import { unbelievableBy } from './believed-time.ts';

export interface SealTags {
  /** The sightings of those that can be sealed. Never rejects. */
  seal(tags: readonly TagSighting[], at: Moment): Promise<readonly SealedSighting[]>;
}

export class TagIntake<Origin extends { readonly at: Moment }> {
  readonly #sealing: SealTags | undefined;
  readonly #store: (sightings: readonly SealedSighting[], origin: Origin) => Promise<void>;
  readonly #onTheWay = new Set<Promise<void>>();

  constructor(
    sealing: SealTags | undefined,
    store: (sightings: readonly SealedSighting[], origin: Origin) => Promise<void>,
  ) {
    this.#sealing = sealing;
    this.#store = store;
  }

  /** Resolves when all that can be sealed is durable; rejects with what `store` rejects with. */
  take(tags: readonly TagSighting[], origin: Origin): Promise<void> {
    const taking = this.#take(tags, origin).finally(() => this.#onTheWay.delete(taking));
    this.#onTheWay.add(taking);
    return taking;
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.#onTheWay);
  }

  async #take(tags: readonly TagSighting[], origin: Origin): Promise<void> {
    const sightings = await this.#sealing?.seal(
      tags.map((tag) => believed(tag, origin.at)),
      origin.at,
    );
    if (sightings !== undefined && sightings.length > 0) await this.#store(sightings, origin);
  }
}

function believed(tag: TagSighting, at: Moment): TagSighting {
  return unbelievableBy(tag, at) === undefined
    ? tag
    : { ...tag, observedAt: at.wall, firstAt: at.wall, lastAt: at.wall };
}

/** As the status shows it: what the operator alone can read is left out. */
export function withoutSeal(sighting: SealedSighting): Reading {
  const { sealed: _, sealedWith: __, ...values } = sighting.values;
  return { ...sighting, values } as Reading; // for show only
}
