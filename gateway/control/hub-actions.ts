/** What the command line may ask of a hub about other gateways. */
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { id } from '../../shared/setting.ts';
import { mosquittoAcl } from '../hub/mosquitto.ts';
import type { HubSight } from '../hub/overview.ts';
import { type Act, json, jsonLines, parse } from './messages.ts';

export interface HubSources {
  /** What gateways say of themselves is known only while the hub runs. */
  readonly hub: Pick<HubSight, 'enrolled'> & Partial<HubSight>;
  readonly clock: Clock;
}

const origin = { tenant: id, gateway: id };

export const HUB_ACTIONS: Readonly<Record<string, Act<HubSources>>> = {
  /** `{ password }`, which is known to nobody afterwards. */
  'enrol-gateway'(parameters, { hub: { enrolled }, clock }) {
    const asked = parse(v.strictObject({ ...origin, isHub: v.boolean() }), parameters);
    return json({ password: enrolled.enrol(asked, clock.moment().wall) });
  },

  /** `{ revoked: 1 }`. */
  'revoke-gateway'(parameters, { hub: { enrolled } }) {
    enrolled.revoke(parse(v.strictObject(origin), parameters));
    return json({ revoked: 1 });
  },

  /** `{ lines }` of an access control list for Mosquitto. */
  'list-permissions'(parameters, { hub: { enrolled } }) {
    const { user } = parse(v.strictObject({ user: v.string() }), parameters);
    return json({ lines: mosquittoAcl(enrolled.all, user) });
  },

  /** A line of JSON for each: tenant, gateway, isHub, enrolledAt, and of a hub that runs software and heardAt (epoch ms). */
  'list-gateways'(_parameters, { hub: { enrolled, births } }) {
    return jsonLines(
      enrolled.all.map(({ tenant, gateway, isHub, enrolledAt }) => ({
        ...{ tenant, gateway, isHub, enrolledAt },
        software: births?.birthOf({ tenant, gateway })?.software,
        heardAt: births?.statusOf({ tenant, gateway })?.heardAt,
      })),
    );
  },
};
