/**
 * What the model knows of silence: when it last heard each device, and so whether the gateway must name it as silent, must not, or
 * may do either. Asked every minute.
 */
import { sweepEveryMs } from '../../gateway/intake/silence.ts';
import type { Box } from './box.ts';
import type { SimulatedDevice } from './devices.ts';
import type { Observations } from './observations.ts';
import type { World } from './world.ts';

/** A sweep, its alarm's commit, and timers that fire late. */
const slackMs = 2 * sweepEveryMs;

export class SilenceWatch {
  readonly #world: World;
  readonly #box: Box;
  readonly #observations: Observations;
  /** Since when a device has been heard in this run of the gateway, as far as a look saw it; ms since the start. */
  readonly #wellSince = new Map<string, number>();
  #run: number | undefined;
  /** How often a device was found to be silent and named. */
  named = 0;

  constructor(world: World, box: Box, observations: Observations) {
    this.#world = world;
    this.#box = box;
    this.#observations = observations;
  }

  look(): void {
    const { startedAt, gateway } = this.#box;
    if (startedAt !== this.#run) this.#wellSince.clear();
    this.#run = startedAt;
    const isWritable = !this.#box.isDiskShort && gateway?.buffer.stats().fault === '';
    if (startedAt === undefined || !this.#box.isRunning || !isWritable) return;
    for (const device of this.#observations.devices.values()) this.#check(device, startedAt);
  }

  #check({ id, quietMs, periodMs }: SimulatedDevice, startedAt: number): void {
    const { clock, violations } = this.#world;
    const now = clock.moment().monotonic;
    const heardAt = this.#observations.lastHeardAt.get(id);
    const quiet = now - Math.max(startedAt, heardAt ?? 0);
    const isNamed = this.#box.gateway?.sources.silence.of(id)?.state === 'silent';
    if (quietMs !== undefined && quiet > quietMs + slackMs) {
      if (isNamed) this.named++;
      else violations.add('silence', `${id} has been silent for ${quiet} ms, more than ${quietMs}, and is not named`);
    }
    const isWell = heardAt !== undefined && heardAt > startedAt && quiet <= 1.5 * periodMs;
    if (!isWell) this.#wellSince.delete(id);
    else if (!this.#wellSince.has(id)) this.#wellSince.set(id, now);
    const wellSince = Math.max(this.#wellSince.get(id) ?? now, this.#observations.backAt.get(id) ?? 0);
    if (isNamed && now - wellSince > slackMs)
      violations.add('silence', `${id} is named as silent, but was heard ${quiet} ms ago`);
  }
}
