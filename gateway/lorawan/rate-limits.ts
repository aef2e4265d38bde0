/**
 * How much each project may send: a bucket of uplinks that fills over the hour.
 *
 * A project that is over its limit loses its own uplinks, counted as "over-limit", and takes no time from codec or buffer.
 * A burst of an hour's tenth is let through, at least ten, so that devices that report together are not cut. In memory: a restart fills the
 * bucket. Bounds: a bucket for each configured project.
 */

import type { Rubbish } from '../../devices/device-type.ts';
import type { Clock } from '../../shared/clock.ts';
import { foreign } from '../../shared/text.ts';
import type { ProjectConfig } from '../config/lorawan-settings.ts';
import type { RegisteredDevice } from './registered-device.ts';

const hourMs = 3_600_000;
const leastBurst = 10;

interface Bucket {
  readonly perMs: number;
  readonly most: number;
  level: number;
  at: number;
}

export class RateLimits {
  readonly #clock: Clock;
  readonly #buckets: ReadonlyMap<string, Bucket>;

  constructor(projects: readonly ProjectConfig[], clock: Clock) {
    const at = clock.moment().monotonic;
    this.#clock = clock;
    this.#buckets = new Map(
      projects.map(({ name, uplinksPerHour }) => {
        const most = Math.max(leastBurst, uplinksPerHour / 10);
        return [name, { perMs: uplinksPerHour / hourMs, most, level: most, at }];
      }),
    );
  }

  /** Takes one uplink out of the project's bucket; false where there is none. Who is no project has no limit. */
  allows(project: string): boolean {
    const bucket = this.#buckets.get(project);
    if (bucket === undefined) return true;
    const now = this.#clock.moment().monotonic;
    bucket.level = Math.min(bucket.most, bucket.level + (now - bucket.at) * bucket.perMs);
    bucket.at = now;
    if (bucket.level < 1) return false;
    bucket.level--;
    return true;
  }
}

/** An uplink that its project may not send. */
export function beyondLimit({ id, project }: Pick<RegisteredDevice, 'id' | 'project'>, bytes: Uint8Array): Rubbish {
  const detail = foreign(`project ${project} sends more than its uplinks-per-hour`);
  return { code: 'over-limit', bytes, device: id, detail };
}
