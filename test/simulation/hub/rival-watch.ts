/**
 * What the model knows of two boxes under one name: the births that the hub has heard in its present life. Where one epoch has given way to
 * another and came back, the hub must have found it out and say so; where none has, it must not.
 */

import { problemsOf } from '../../../gateway/status/problems.ts';
import type { Birth } from '../../../shared/feed/birth.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Box } from '../box.ts';
import { nameOf } from '../session-watch.ts';
import type { World } from '../world.ts';

interface HeardBirth {
  readonly epoch: string;
  /** As the birth says, epoch ms. */
  readonly at: number;
}

interface Name {
  readonly origin: Origin;
  /** Each once, in the order in which the hub heard of them first in its present life. */
  births: HeardBirth[];
  /** All that ever came. */
  readonly ever: HeardBirth[];
  /** When an epoch that had ended came back, in the hub's present life; ms since the start of the simulation. */
  cameBackAt: number | undefined;
  /** Whether one ever did: the hub keeps the last birth over its restarts, and may know more than this life has heard. */
  hasRival: boolean;
}

/** For promises to settle. */
const slackMs = 5_000;
/** The hub tells these epochs of a gateway apart. */
const maxEpochs = 8;
/** It says so for an hour. */
const saidForMs = 55 * 60_000;

export class RivalWatch {
  readonly #world: World;
  readonly #hub: () => Box;
  readonly #names = new Map<string, Name>();
  #life: number | undefined;
  /** How often a name with two boxes was looked at and said. */
  said = 0;

  constructor(world: World, hub: () => Box) {
    this.#world = world;
    this.#hub = hub;
  }

  heard(origin: Origin, { epoch, at }: Birth): void {
    this.#followLife();
    const key = nameOf(origin);
    const name = this.#names.get(key) ?? { origin, births: [], ever: [], cameBackAt: undefined, hasRival: false };
    this.#names.set(key, name);
    const { births, ever } = name;
    name.hasRival ||= ever.at(-1)?.epoch !== epoch && ever.some((each) => each.epoch === epoch);
    // Within an epoch the time of a birth never goes back (docs/feed.md), whatever the clock of its gateway does.
    const isRepeat = births.some((each) => each.epoch === epoch && each.at >= at);
    ever.push({ epoch, at });
    if (isRepeat) return;
    const recent = [...new Set(births.map((each) => each.epoch).toReversed())].slice(0, maxEpochs);
    if (recent[0] !== epoch && recent.includes(epoch)) name.cameBackAt = this.#now();
    births.push({ epoch, at });
  }

  look(): void {
    this.#followLife();
    const { gateway: hub, isRunning } = this.#hub();
    if (hub === undefined || !isRunning) return;
    const said = problemsOf(hub.sources).filter(({ code }) => code === 'status.gateway-rival');
    for (const { origin, cameBackAt, hasRival } of this.#names.values()) {
      const name = nameOf(origin);
      const rivalAt = hub.sources.hub.births.rivalAt(origin);
      const ago = this.#now() - (cameBackAt ?? 0);
      if (!hasRival && rivalAt !== undefined) {
        this.#world.violations.add('invented', `the hub sees two boxes as ${name}, and there is one`);
      }
      if (cameBackAt === undefined || ago < slackMs) continue;
      if (rivalAt === undefined) {
        this.#world.violations.add(
          'silence',
          `two boxes have sent as ${name}, the last ${ago} ms ago; the hub did not notice`,
        );
      } else if (ago < saidForMs && this.#hub().clockIsRight && this.#clockStood(cameBackAt)) {
        if (said.some(({ en }) => en.includes(name))) this.said++;
        else
          this.#world.violations.add('silence', `two boxes send as ${name}, and the status of the hub does not say so`);
      }
    }
  }

  /** Whether the hub's clock has not been touched since. */
  #clockStood(since: number): boolean {
    return this.#hub().boots.every(({ errors }) => errors.every(({ at }) => at < since - slackMs));
  }

  /** What it found it keeps in memory. */
  #followLife(): void {
    const { startedAt } = this.#hub();
    if (startedAt !== this.#life)
      for (const name of this.#names.values()) Object.assign(name, { births: [], cameBackAt: undefined });
    this.#life = startedAt;
  }

  #now(): number {
    return this.#world.clock.moment().monotonic;
  }
}
