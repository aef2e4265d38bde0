/**
 * Turns advertisements that fit operators' patterns into sightings for these operators: one per operator, identifier and window.
 *
 * Promise: nothing is kept of any other advertiser. A pattern that is taken away is looked for no longer from then on, and the open
 * windows of an operator that is gone are dropped without a word. Bounds: `maxWindows` open at a time; while so many are, tags that have
 * none are given up and only counted, all together, and those that have one go on. An identifier lives as long as its window.
 */
import type { Moment } from '../../shared/clock.ts';
import type { OperatorPattern } from '../../shared/enrolment/pattern.ts';
import type { Place, TagId } from '../../shared/enrolment/tag-id.ts';
import type { TagSighting } from '../../shared/enrolment/tag-sighting.ts';
import { type Matcher, matcher } from '../ble/match.ts';
import { latin1Of } from '../framing/latin1.ts';
import type { Heard } from './sightings.ts';
import { beginWindow, countIn, signalOf, type Window } from './window.ts';

/** Ten times as many people as a busy station has within range of one detector, at about 300 bytes each. */
export const maxWindows = 10_000;

interface OperatorsWindow extends Window {
  readonly operator: string;
  readonly id: TagId;
  /** Of the detector when the tag was last heard, if it moves. */
  place?: Place | undefined;
}

export interface OperatorsTagsOptions {
  /** The detector's id. */
  readonly device: string;
  readonly windowMs: number;
  /** As of now; another array once they have changed. */
  readonly patterns: () => readonly OperatorPattern[];
  /** Where the detector was at a moment (monotonic ms), if it moves and that is known. */
  readonly whereabouts?: (monotonic: number) => Place | undefined;
}

export class OperatorsTags {
  readonly #options: OperatorsTagsOptions;
  #patterns: readonly OperatorPattern[] = [];
  #match: Matcher = matcher([]);
  /** By operator and identifier. All windows are equally long, so the first in the map closes first. */
  readonly #open = new Map<string, OperatorsWindow>();
  #givenUp = 0;

  constructor(options: OperatorsTagsOptions) {
    this.#options = options;
  }

  /** When the next window closes, monotonic ms; Infinity if none is open. */
  get nextCloseAt(): number {
    for (const { closesAt } of this.#open.values()) return closesAt;
    return Number.POSITIVE_INFINITY;
  }

  /** `heardAt`: monotonic ms, if it is told late. */
  add(heard: Heard, at: Moment, heardAt = at.monotonic): void {
    this.#takePatterns();
    if (this.#patterns.length === 0) return;
    for (const { operator, id } of this.#match(heard)) {
      const key = `${operator}\n${id.format}\n${latin1Of(id.bytes)}`;
      const window = this.#open.get(key) ?? this.#begin(key, operator, id, at);
      if (window === undefined) {
        this.#givenUp++;
        continue;
      }
      if (at.wall >= window.lastAt) window.place = this.#options.whereabouts?.(heardAt);
      countIn(window, at, heard.rssi);
    }
  }

  /** The sightings of the windows that close by `now` (monotonic ms; Infinity closes all). */
  close(now: number): TagSighting[] {
    this.#takePatterns();
    const sightings: TagSighting[] = [];
    for (const [key, window] of this.#open) {
      if (window.closesAt > now) break;
      this.#open.delete(key);
      sightings.push(this.#sighting(window));
    }
    return sightings;
  }

  /** How many advertisements of tags were given up since this was last asked. */
  takeGivenUp(): number {
    const count = this.#givenUp;
    this.#givenUp = 0;
    return count;
  }

  #begin(key: string, operator: string, id: TagId, at: Moment): OperatorsWindow | undefined {
    if (this.#open.size >= maxWindows) return undefined;
    const window = { ...beginWindow(at, this.#options.windowMs), operator, id };
    this.#open.set(key, window);
    return window;
  }

  #takePatterns(): void {
    const patterns = this.#options.patterns();
    if (patterns === this.#patterns) return;
    this.#patterns = patterns;
    this.#match = matcher(patterns);
    const operators = new Set(patterns.map(({ operator }) => operator));
    for (const [key, { operator }] of this.#open) if (!operators.has(operator)) this.#open.delete(key);
  }

  #sighting(window: OperatorsWindow): TagSighting {
    const { operator, id, place, count, firstAt, lastAt } = window;
    const { device } = this.#options;
    const seen = { operator, id, ...(place !== undefined && { place }), device, observedAt: lastAt };
    return { ...seen, ...signalOf(window), count, firstAt, lastAt };
  }
}
