/** What a hub does with other gateways' messages beside passing them on: remembers who they are, watches over them, judges their readings. */
import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../config/settings.ts';
import type { Births } from '../hub/births.ts';
import type { EnrolledGateways } from '../hub/enrolled-gateways.ts';
import { Traffic } from '../hub/traffic.ts';
import type { Activity } from '../intake/activity.ts';
import type { OtherGateways } from '../intake/feed-reader.ts';
import type { Intake } from '../intake/intake.ts';
import { FORGOTTEN } from '../intake/memory.ts';
import type { City } from '../map/city.ts';
import { FeedPolicy } from './feed-policy.ts';
import { GatewayWatch } from './gateway-watch.ts';

export interface FeedSurroundings {
  readonly config: Pick<Config, 'ports' | 'watches'>;
  readonly enrolled: EnrolledGateways;
  readonly births: Births;
  readonly activity: Pick<Activity, 'ports'>;
  readonly intake: Intake;
  readonly clock: Clock;
  /** The map's view of their devices; absent unless it is kept. */
  readonly city?: City | undefined;
}

export interface WatchedFeeds {
  readonly gateways: OtherGateways;
  readonly traffic: Traffic;
  readonly watch: GatewayWatch;
  readonly policy: FeedPolicy;
}

export function watchFeeds({
  config,
  enrolled,
  births,
  activity,
  intake,
  clock,
  city,
}: FeedSurroundings): WatchedFeeds {
  const { ports, watches } = config;
  const doors = ports.flatMap(({ name, portType }) => (portType.shape === 'feed' ? [name] : []));
  const isDeaf = () => doors.some((name) => activity.ports.get(name)?.state !== 'open');
  const traffic = new Traffic();
  const policy = new FeedPolicy({ watches, intake, describe: (device, origin) => births.describe(device, origin) });
  const watch = new GatewayWatch({ watches, enrolled, known: births.births(), intake, clock, isDeaf });
  enrolled.onRevoked((origin) => {
    watch.revoked(origin);
    if (!enrolled.has(origin)) city?.forget(origin);
    const keys = enrolled.has(origin) ? [] : policy.keysOf(origin);
    const forgotten = new Map(keys.map((key) => [key, FORGOTTEN]));
    if (keys.length > 0) intake.tell([], forgotten, clock.moment()).catch(() => {}); // logged there
  });
  return {
    traffic,
    watch,
    policy,
    gateways: {
      born(from, birth, at) {
        births.born(from, birth, at);
        city?.born(from);
      },
      reported(from, status, at) {
        births.reported(from, status, at);
        watch.reported(from, status);
      },
      arriving: (from, readings) => policy.take(from, readings, clock.moment()),
      sent(from, readings, at) {
        traffic.sent(from, readings, at);
        watch.sent(from, readings);
        city?.sent(from, readings);
      },
    },
  };
}
