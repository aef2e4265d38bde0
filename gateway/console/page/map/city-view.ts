/**
 * The city as its hub tells it, renewed while the map is open and the page is seen.
 *
 *   asking ──first answer──▶ no hub: nothing more
 *                      └───▶ pages until there are no more ──`renewMs`──▶ what has changed since
 *
 * A trouble is told, what is known stays, and it is asked again. Asking counts for the session, as every action does: one that is seen stays open.
 */
import type { Text } from '../../../../shared/text.ts';
import type { CityAnswer } from '../../../control/map-actions.ts';
import type { DeviceFeature, FeatureCollection, TrackFeature } from '../../../map/geojson.ts';
import type { Status } from '../../../status/status.ts';
import { type Door, refusalOf } from '../door.ts';
import { citySpot, type Spot } from './spots.ts';
import { Trails } from './trails.ts';

/** The city's own measure is 20 s. */
const renewMs = 15_000;
/** A page may be missing, and a hub that sends ever more must not keep the page at it. */
const maxPages = 300;

export interface CityStanding {
  /** Since when the hub has been listening, epoch ms of its clock. */
  readonly since: number;
  /** Epoch ms of this device. */
  readonly renewedAt: number;
  readonly isFull: boolean;
}

export class CityView {
  readonly trails = new Trails();
  /** Undefined unless this is a hub. */
  standing: CityStanding | undefined;
  trouble: Text | undefined;
  readonly #door: Pick<Door, 'json'>;
  readonly #changed: () => void;
  readonly #features = new Map<string, DeviceFeature>();
  #cursor = '';
  #again: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;
  #isAsking = false;
  readonly #seen = () => {
    if (document.visibilityState === 'visible' && this.#again === undefined && !this.#isAsking) this.#soon(0);
  };

  /** `changed` is called after each renewal. */
  constructor(door: Pick<Door, 'json'>, changed: () => void) {
    this.#door = door;
    this.#changed = changed;
  }

  open({ tenant, gateway }: Pick<Status, 'tenant' | 'gateway'>): void {
    this.#isOpen = true;
    document.addEventListener('visibilitychange', this.#seen);
    void this.#askTracks(`${tenant}/${gateway}`);
    void this.#renew();
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#again);
    document.removeEventListener('visibilitychange', this.#seen);
  }

  /** `silentGateways`: "tenant/gateway" of those. */
  spots(silentGateways: ReadonlySet<string>): Spot[] {
    return [...this.#features.values()].map((feature) => citySpot(feature, silentGateways));
  }

  get size(): number {
    return this.#features.size;
  }

  async #askTracks(prefix: string): Promise<void> {
    try {
      const { features } = await this.#door.json<FeatureCollection<TrackFeature>>('tracks', {});
      for (const feature of features) this.trails.take(`${prefix}/${feature.properties.trackOf}`, feature);
      this.#changed();
    } catch (fault) {
      this.trouble = refusalOf(fault);
      this.#changed();
    }
  }

  async #renew(): Promise<void> {
    this.#isAsking = true;
    try {
      const isHub = await this.#askCity();
      this.trouble = undefined;
      if (isHub) this.#soon(renewMs);
      else document.removeEventListener('visibilitychange', this.#seen);
    } catch (fault) {
      this.trouble = refusalOf(fault);
      this.#soon(renewMs);
    }
    this.#isAsking = false;
    if (this.#isOpen) this.#changed();
  }

  #soon(afterMs: number): void {
    if (!this.#isOpen) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      if (document.visibilityState === 'visible') void this.#renew();
    }, afterMs);
  }

  /** Returns whether this is a hub. */
  async #askCity(): Promise<boolean> {
    for (let page = 0; page < maxPages && this.#isOpen; page += 1) {
      const answer = await this.#door.json<CityAnswer>('city', this.#cursor === '' ? {} : { cursor: this.#cursor });
      if (!answer.isHub) return false;
      if (answer.isWhole && page === 0) {
        const isCity = (id: string) => this.#features.has(id);
        this.trails.clear(isCity);
        this.#features.clear();
      }
      for (const feature of answer.features) this.#take(feature);
      this.#cursor = answer.cursor;
      const { since, isFull } = answer;
      this.standing = { since, isFull, renewedAt: Date.now() };
      if (!answer.hasMore) return true;
    }
    return true;
  }

  #take(feature: DeviceFeature | TrackFeature): void {
    if ('trackOf' in feature.properties) this.trails.take(feature.properties.trackOf, feature as TrackFeature);
    else this.#features.set(feature.id, feature as DeviceFeature); // what has no `trackOf` is a device
  }
}
