/** What the command line may ask of a hub about other gateways. */
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { id } from '../../shared/setting.ts';
import { enrolledCertificate } from '../hub/authority.ts';
import { userOf } from '../hub/enrolled-gateways.ts';
import { mosquittoAcl } from '../hub/mosquitto.ts';
import type { HubSight } from '../hub/overview.ts';
import { type Act, json, jsonLines, parse } from './messages.ts';

export interface HubSources {
  /** What gateways say of themselves is known only while the hub runs. */
  readonly hub: Pick<HubSight, 'enrolled' | 'authority' | 'operators'> & Partial<HubSight>;
  readonly clock: Clock;
}

const origin = { tenant: id, gateway: id };
const enrolling = v.strictObject({
  ...origin,
  isHub: v.boolean(),
  renews: v.optional(v.boolean(), false),
  by: v.optional(
    v.union([v.picklist(['password', 'certificate']), v.strictObject({ certificate: v.string() })]),
    'password',
  ),
});

export const HUB_ACTIONS: Readonly<Record<string, Act<HubSources>>> = {
  /**
   * With `by` "password": `{ password }`; with "certificate": `{ key, certificate }` (PEM). Neither is known to anybody afterwards. With a
   * certificate that the gateway has already (PEM) nothing of the kind. Each with `authority` (PEM), if the hub has one of its own, and
   * `listKey`, by which the gateway knows this hub's operators' list, and `orderKey`, by which it knows its orders.
   */
  async 'enrol-gateway'(parameters, { hub: { enrolled, authority, operators, orderKey: keyOf }, clock }) {
    const orderKey = keyOf?.();
    const { by, ...asked } = parse(enrolling, parameters);
    const at = clock.moment().wall;
    enrolled.checkRoom(asked);
    const { listKey } = operators;
    const trusted = { authority: authority.certificate, listKey, orderKey };
    if (by === 'password') return json({ password: enrolled.enrol(asked, at), ...trusted });
    const issued = by === 'certificate' ? await authority.gateway(userOf(asked), at) : undefined;
    const enrolledBy = typeof by === 'object' ? by.certificate : (issued?.certificate ?? '');
    enrolled.enrolCertified(asked, enrolledCertificate(enrolledBy), at);
    return json({ ...issued, ...trusted });
  },

  /** `{ certFile, keyFile }`: a new certificate for the doors of this hub. */
  async 'certify-hub'(parameters, { hub: { authority }, clock }) {
    const { names } = parse(v.strictObject({ names: v.pipe(v.array(v.string()), v.minLength(1)) }), parameters);
    return json(await authority.server(names, clock.moment().wall));
  },

  /** `{ list }`: the certificates that are revoked, as a revocation list (PEM) for Mosquitto. */
  async 'list-revoked'(_parameters, { hub: { enrolled, authority }, clock }) {
    return json({ list: await authority.revocationList(enrolled.revoked, clock.moment().wall) });
  },

  /** `{ revoked: 1 }`. */
  'revoke-gateway'(parameters, { hub: { enrolled }, clock }) {
    enrolled.revoke(parse(v.strictObject(origin), parameters), clock.moment().wall);
    return json({ revoked: 1 });
  },

  /** `{ isAccepted }`: the file as it is, without what this hub has revoked; false if there was nothing to accept. */
  'accept-gateways'(_parameters, { hub: { enrolled }, clock }) {
    return json({ isAccepted: enrolled.accept(clock.moment().wall) });
  },

  /** `{ lines }` of an access control list for Mosquitto. */
  'list-permissions'(parameters, { hub: { enrolled } }) {
    const { user } = parse(v.strictObject({ user: v.string() }), parameters);
    return json({ lines: mosquittoAcl(enrolled.all, user) });
  },

  /** A line of JSON for each: tenant, gateway, isHub, enrolledAt, certificateEndsAt of one with a certificate, and of a hub that runs software and heardAt (epoch ms). */
  'list-gateways'(_parameters, { hub: { enrolled, births } }) {
    return jsonLines(
      enrolled.all.map(({ tenant, gateway, isHub, enrolledAt, certificate }) => ({
        ...{ tenant, gateway, isHub, enrolledAt },
        certificateEndsAt: certificate?.endsAt,
        software: births?.birthOf({ tenant, gateway })?.software,
        heardAt: births?.statusOf({ tenant, gateway })?.heardAt,
      })),
    );
  },
};
