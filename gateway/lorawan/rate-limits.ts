/**
 * How much each project may send: a token bucket of uplinks, refilled over the hour.
 *
 * A project over its limit loses its own uplinks, counted as "over-limit", and takes no time from codecs or buffer. Bursts of
 * a tenth of the hourly limit, at least ten uplinks, pass, so that devices may report together. In memory only: a restart
 * fills the buckets. Bounds: one bucket per configured project.
 */
import type { Rubbish } from '../../devices/device-type.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ProjectConfig } from '../config/lorawan-settings.ts';
import type { RegisteredDevice } from './registered-device.ts';
import { say } from './words.ts';

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

  /** Takes one uplink from the project's bucket; false if it is empty. Devices outside any project are not limited. */
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

/** The rubbish that an uplink over the limit becomes. */
export function beyondLimit({ id, project }: Pick<RegisteredDevice, 'id' | 'project'>, bytes: Uint8Array): Rubbish {
  return { code: 'over-limit', bytes, device: id, detail: say.overLimit({ project }) };
}
