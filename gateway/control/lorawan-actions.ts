/**
 * What the command line may ask of the LoRaWAN side: the register of devices, unregistered devices that want to join, projects and
 * downlinks. The register is changed through a running gateway, or in its file if none runs. Keys come in and never go out.
 */
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { hexBytes } from '../../shared/hex.ts';
import { isoTime } from '../../shared/reading.ts';
import { deviceId } from '../../shared/setting.ts';
import type { CodecRunner } from '../codecs/runner.ts';
import type { Activity } from '../intake/activity.ts';
import type { ChirpstackReader } from '../lorawan/chirpstack-reader.ts';
import { maxPayloadBytes, maxPort, type NewDownlink } from '../lorawan/downlink-queue.ts';
import type { Network } from '../lorawan/network.ts';
import { maxDevices, type Register } from '../lorawan/register.ts';
import { deviceChange, newDevice, type RegisteredDevice } from '../lorawan/registered-device.ts';
import { say as lorawan } from '../lorawan/words.ts';
import { suggestedName } from '../words/suggestion.ts';
import { type Act, count, json, jsonLines, parse } from './messages.ts';
import { say } from './words.ts';

/** The register and, while a gateway runs, what else it knows. */
export interface LorawanSources {
  readonly register: Register;
  readonly clock: Clock;
  readonly network?: Network;
  readonly activity?: Activity;
  readonly codecs?: CodecRunner;
  readonly chirpstacks?: readonly ChirpstackReader[];
}

const ids = v.pipe(v.array(deviceId), v.maxLength(maxDevices));
const project = v.optional(deviceId);
const downlink = v.strictObject({
  device: deviceId,
  port: v.pipe(count, v.minValue(1), v.maxValue(maxPort)),
  /** Hexadecimal. */
  payload: v.pipe(v.string(), v.regex(/^([0-9a-f]{2})*$/i), v.maxLength(maxPayloadBytes * 2)),
  confirmed: v.boolean(),
  expiresAt: count,
});

/** Actions that need only the register also work while no gateway runs. */
export const LORAWAN_ACTIONS: Readonly<Record<string, Act<LorawanSources>>> = {
  /** `{ added }`. */
  'add-devices'(parameters, { register, clock }) {
    const { devices } = parse(
      v.strictObject({ devices: v.pipe(v.array(newDevice), v.minLength(1), v.maxLength(maxDevices)) }),
      parameters,
    );
    register.add(devices, clock.moment().wall);
    return json({ added: devices.length });
  },

  /** `{ removed }`. */
  'remove-devices'(parameters, { register }) {
    const { ids: wanted } = parse(v.strictObject({ ids }), parameters);
    register.remove(wanted);
    return json({ removed: wanted.length });
  },

  /** `{ changed }`. They keep their sessions. */
  'change-devices'(parameters, { register }) {
    const { ids: wanted, change } = parse(v.strictObject({ ids, change: deviceChange }), parameters);
    register.change(wanted, change);
    return json({ changed: wanted.length });
  },

  /** `{ forgotten }`: of how many devices the used DevNonces no longer count. */
  async 'forget-nonces'(parameters, sources) {
    const { ids: wanted } = parse(v.strictObject({ ids }), parameters);
    const network = networkOf(sources);
    sources.register.checkRegistered(wanted);
    const devices = wanted.map((id) => deviceOf(id, sources));
    const other = devices.find(({ activation }) => activation !== 'otaa');
    if (other !== undefined) {
      throw new MachimoriError('no-device', {
        what: lorawan.onlyForOtaa(),
        on: lorawan.theDevice({ id: other.id }),
        hint: lorawan.leaveItOut(),
      });
    }
    for (const device of devices) await network.forgetDevNonces(device);
    return json({ forgotten: devices.length });
  },

  /** A line for each registered device, without its keys, and what it last did. */
  'list-devices'(parameters, { register, activity }) {
    const wanted = parse(v.strictObject({ project }), parameters);
    if (register.fault !== undefined) throw register.fault;
    const own = register.devices.filter((device) => wanted.project === undefined || device.project === wanted.project);
    return jsonLines(own.map((device) => listed(device, activity)));
  },

  /** A line for each unregistered device that wanted to join. */
  'list-strangers'(_parameters, { network }) {
    return jsonLines(network?.strangers.list ?? []);
  },

  /** A line for each codec of each project: how often it was called, and what went wrong. */
  'list-codecs'(parameters, { codecs }) {
    const wanted = parse(v.strictObject({ project }), parameters);
    const all = codecs?.stats() ?? [];
    return jsonLines(all.filter((each) => wanted.project === undefined || each.project === wanted.project));
  },

  /** `{ id }` of the downlink in the device's queue, here or in its ChirpStack. */
  async 'send-downlink'(parameters, sources) {
    const { payload, device, ...rest } = parse(downlink, parameters);
    return json({ id: await sendDownlink(device, { ...rest, payload: hexBytes(payload) }, sources) });
  },

  /** A line for each downlink that waits for a device. */
  'list-downlinks'(parameters, sources) {
    const { device } = parse(v.strictObject({ device: deviceId }), parameters);
    return jsonLines(networkOf(sources).downlinks.of(deviceOf(device, sources)).items);
  },

  /** An `UplinkTest`: who heard the device's uplinks since this was first asked, or those after the one with the number `after`. */
  uplinks(parameters, sources) {
    const { device, after } = parse(v.strictObject({ device: deviceId, after: v.optional(count, 0) }), parameters);
    const network = networkOf(sources);
    sources.register.checkRegistered([device]);
    return json(network.recentUplinks.of(device, after, sources.clock.moment()));
  },

  /** `{ cancelled }`. */
  async 'cancel-downlinks'(parameters, sources) {
    const wanted = parse(
      v.strictObject({ device: deviceId, ids: v.optional(v.pipe(v.array(count), v.maxLength(1_000))) }),
      parameters,
    );
    return json({ cancelled: await networkOf(sources).downlinks.cancel(deviceOf(wanted.device, sources), wanted.ids) });
  },
};

function listed({ keys: _, ...device }: RegisteredDevice, activity: Activity | undefined): object {
  const { readings = 0, rubbish = 0, lastAt } = activity?.devices.get(device.id) ?? {};
  const last = lastAt === undefined ? {} : { lastAt: isoTime(lastAt) };
  return { ...device, registeredAt: isoTime(device.registeredAt), readings, rubbish, ...last };
}

function networkOf({ network }: LorawanSources): Network {
  if (network !== undefined) return network;
  throw new MachimoriError('no-gateway', {
    what: say.noNetwork(),
    on: say.theGateway(),
    hint: say.startIt(),
  });
}

/** Through the ChirpStack that last heard the device; through the first one if it was not heard yet. */
/**
 * Resolves with the downlink's id once it is in the device's queue, here or in its ChirpStack. Rejects with a MachimoriError: "no-network",
 * "no-device", "no-port", "queue-full", and with the buffer's error.
 */
export async function sendDownlink(
  device: string,
  wanted: NewDownlink,
  sources: LorawanSources,
): Promise<number | string> {
  const network = networkOf(sources);
  const registered = sources.register.get(device);
  if (registered?.activation === 'chirpstack') return sendBy(sources, registered, wanted);
  const id = await network.downlinks.send(deviceOf(device, sources), wanted);
  if (id !== undefined) return id;
  throw new MachimoriError('queue-full', {
    what: say.queueFull(),
    on: lorawan.theDevice({ id: device }),
    hint: say.queueFullHint(),
  });
}

function sendBy({ chirpstacks = [] }: LorawanSources, device: RegisteredDevice, wanted: NewDownlink): Promise<string> {
  const chirpstack = chirpstacks.find((each) => each.applicationOf(device) !== undefined) ?? chirpstacks[0];
  if (chirpstack !== undefined) return chirpstack.send(device, wanted);
  throw new MachimoriError('no-port', {
    what: say.noChirpstack(),
    on: lorawan.theDevice({ id: device.id }),
    hint: say.noChirpstackHint(),
  });
}

function deviceOf(id: string, { register }: LorawanSources): RegisteredDevice {
  const device = register.get(id);
  if (device !== undefined && device.activation !== 'chirpstack') return device;
  throw new MachimoriError('no-device', {
    what: device === undefined ? lorawan.notRegistered() : say.byChirpstack(),
    on: lorawan.theDevice({ id }),
    hint: suggestedName(
      id,
      register.devices.slice(0, 20).map((each) => each.id),
      lorawan.registerFirst(),
    ),
  });
}
