/**
 * Sessions, counters and joins of the registered devices, and how they are stored.
 *
 * The intake remembers them under "lorawan/<DevEUI>/…", so that they are committed with the readings they led to: `session`
 * when a device joins, `counters` with each frame, `downlinks`. Each of these names its registration and is void for any other.
 * `join/<JoinEUI>/<check value of the root key>`, and `abp` instead of `counters`, stay forever, even if the device is removed
 * and registered again, since its keys may be the same. Session keys are encrypted.
 */
import * as v from 'valibot';
import type { Json } from '../../devices/device-type.ts';
import { forgetDevNonces, type Joins, readJoins } from '../../devices/lorawan/dev-nonces.ts';
import type { Region } from '../../devices/lorawan/region.ts';
import {
  type Counters,
  countersAfterReset,
  FIRST_COUNTERS,
  readCounters,
  type Session,
  type SessionKeys,
  sessionJson,
} from '../../devices/lorawan/session.ts';
import { messageOf } from '../../shared/errors.ts';
import { hexBytes } from '../../shared/hex.ts';
import type { Intake } from '../intake/intake.ts';
import { type DownlinkQueue, readQueue } from './downlink-queue.ts';
import type { Register } from './register.ts';
import type { RegisteredDevice } from './registered-device.ts';

const ofRegistration = v.object({ registeredAt: v.number() });
const sessionsJson = v.object({
  ...ofRegistration.entries,
  current: v.optional(sessionJson),
  /** Its join-accept has been sent, but the device has not used it yet. */
  pending: v.optional(sessionJson),
});
type SessionsJson = v.InferOutput<typeof sessionsJson>;

/** A device and its sessions; it uses one of them. */
export interface Sessions {
  readonly device: RegisteredDevice;
  readonly current?: Session | undefined;
  readonly pending?: Session | undefined;
}

export type Remember = Map<string, Json>;

const PREFIX = 'lorawan/';

export class DeviceStates {
  readonly #register: Register;
  readonly #intake: Intake;
  readonly #region: Region;
  /** Names this opening of the file that remembers them (openings.ts). */
  readonly opening: string;
  readonly #byDevEui = new Map<string, Sessions>();
  readonly #byDevAddr = new Map<string, Set<string>>();

  constructor(register: Register, intake: Intake, region: Region, random: () => number) {
    this.#register = register;
    this.#intake = intake;
    this.#region = region;
    this.opening = Math.floor(random() * 2 ** 48).toString(16);
  }

  /**
   * Loads the registered devices with their sessions, and drops those no longer registered. Returns a fault if some could not
   * be loaded because their keys are unavailable.
   */
  load(): Error | undefined {
    let fault: Error | undefined;
    for (const { device } of [...this.#byDevEui.values()]) {
      if (!this.isRegistered(device)) this.#forget(device.devEui);
    }
    for (const device of this.#register.devices) {
      const known = this.#byDevEui.get(device.devEui);
      if (device.activation === 'chirpstack' || known?.device === device) continue;
      try {
        this.#put(known === undefined || device.activation === 'abp' ? this.#read(device) : { ...known, device });
      } catch (why) {
        fault ??= why instanceof Error ? why : new Error(messageOf(why));
      }
    }
    return fault;
  }

  /** Devices with a session of this DevAddr; several may share one, since all networks draw from the same addresses. */
  withDevAddr(devAddr: string): readonly string[] {
    return [...(this.#byDevAddr.get(devAddr) ?? [])];
  }

  get(devEui: string): Sessions | undefined {
    return this.#byDevEui.get(devEui);
  }

  isTaken(devAddr: string): boolean {
    return this.#byDevAddr.has(devAddr);
  }

  counters(device: RegisteredDevice): Counters {
    const remembered = this.#intake.rememberedBy(countersOf(device));
    if (isOf(device, remembered)) return readCounters(remembered);
    if (device.activation !== 'abp') return FIRST_COUNTERS;
    return countersAfterReset({ sureAt: device.registeredAt, ...readCounters(remembered) });
  }

  /** `keyCheck`: of the root key, hexadecimal. Earlier releases did not tell the keys apart. */
  joins(devEui: string, joinEui: string, keyCheck: string): Joins {
    const name = joinsOf(devEui, joinEui);
    return readJoins(this.#intake.rememberedBy(`${name}/${keyCheck}`) ?? this.#intake.rememberedBy(name));
  }

  downlinks(device: RegisteredDevice): DownlinkQueue {
    const remembered = this.#intake.rememberedBy(downlinksOf(device));
    return readQueue(isOf(device, remembered) ? remembered : undefined);
  }

  /** Devices with a queue of downlinks, which may be empty. */
  withDownlinks(): readonly RegisteredDevice[] {
    return [...this.#byDevEui.values()].flatMap(({ device }) => {
      const remembered = this.#intake.rememberedBy(downlinksOf(device));
      return isOf(device, remembered) ? [device] : [];
    });
  }

  rememberCounters(device: RegisteredDevice, counters: Counters, into: Remember): void {
    into.set(countersOf(device), withoutUndefined({ registeredAt: device.registeredAt, ...counters }));
  }

  rememberDownlinks(device: RegisteredDevice, queue: DownlinkQueue, into: Remember): void {
    into.set(downlinksOf(device), withoutUndefined({ registeredAt: device.registeredAt, ...queue }));
  }

  rememberJoins(devEui: string, joinEui: string, keyCheck: string, joins: Joins, into: Remember): void {
    const name = joinsOf(devEui, joinEui);
    into.set(`${name}/${keyCheck}`, withoutUndefined(joins));
    if (this.#intake.rememberedBy(name) !== undefined) into.set(name, null);
  }

  /** What to remember so that a device may join again with DevNonces that it has used. */
  forgottenDevNonces({ devEui }: RegisteredDevice): Remember {
    const joins = this.#intake.rememberedUnder(joinsOf(devEui, ''));
    return new Map([...joins].map(([name, json]) => [name, withoutUndefined(forgetDevNonces(readJoins(json)))]));
  }

  rememberSessions({ device, current, pending }: Sessions, into: Remember): void {
    const json = {
      registeredAt: device.registeredAt,
      ...(current !== undefined && { current: this.#sealed(device, current) }),
      ...(pending !== undefined && { pending: this.#sealed(device, pending) }),
    };
    into.set(`${PREFIX}${device.devEui}/session`, withoutUndefined(json));
  }

  /** Call once the sessions have been committed. A device removed or changed in the meantime stays so. */
  commit(sessions: Sessions): void {
    const device = this.#register.findByDevEui(sessions.device.devEui);
    if (device?.registeredAt === sessions.device.registeredAt) this.#put({ ...sessions, device });
  }

  /** Entries to forget, of devices that are no longer registered or were registered again. */
  stale(): Remember {
    const forget: Remember = new Map();
    for (const [name, remembered] of this.#intake.rememberedUnder(PREFIX)) {
      const [, devEui = '', part] = name.split('/');
      if (part === 'join' || part === 'abp') continue;
      const device = this.#register.findByDevEui(devEui);
      const of = registrationOf(remembered);
      if (device === undefined || (of !== undefined && of !== device.registeredAt)) forget.set(name, null);
    }
    return forget;
  }

  /** Whether this registration of the device is still in force. */
  isRegistered({ devEui, registeredAt }: RegisteredDevice): boolean {
    return this.#register.findByDevEui(devEui)?.registeredAt === registeredAt;
  }

  #forget(devEui: string): void {
    for (const { devAddr } of sessionsOf(this.#byDevEui.get(devEui))) {
      const others = this.#byDevAddr.get(devAddr);
      others?.delete(devEui);
      if (others?.size === 0) this.#byDevAddr.delete(devAddr);
    }
    this.#byDevEui.delete(devEui);
  }

  #put(sessions: Sessions): void {
    const { devEui } = sessions.device;
    this.#forget(devEui);
    this.#byDevEui.set(devEui, sessions);
    for (const { devAddr } of sessionsOf(sessions)) {
      this.#byDevAddr.set(devAddr, (this.#byDevAddr.get(devAddr) ?? new Set()).add(devEui));
    }
  }

  #read(device: RegisteredDevice): Sessions {
    if (device.activation === 'abp') return { device, current: this.#fixedSession(device) };
    const remembered = this.#intake.rememberedBy(`${PREFIX}${device.devEui}/session`);
    const parsed = v.safeParse(sessionsJson, remembered);
    if (!parsed.success || parsed.output.registeredAt !== device.registeredAt) return { device };
    const { current, pending } = parsed.output;
    return { device, current: this.#opened(device, current), pending: this.#opened(device, pending) };
  }

  #fixedSession(device: RegisteredDevice): Session {
    const keys = this.#register.keysOf(device);
    const nwkSKey = hexBytes(keys.nwkSKey ?? '');
    return {
      devAddr: device.devAddr ?? '',
      version: device.version,
      keys: {
        fNwkSIntKey: keys.fNwkSIntKey === undefined ? nwkSKey : hexBytes(keys.fNwkSIntKey),
        sNwkSIntKey: keys.sNwkSIntKey === undefined ? nwkSKey : hexBytes(keys.sNwkSIntKey),
        nwkSEncKey: keys.nwkSEncKey === undefined ? nwkSKey : hexBytes(keys.nwkSEncKey),
        appSKey: hexBytes(keys.appSKey ?? ''),
      },
      rx1DelayMs: device.rx1DelayMs ?? this.#region.receiveDelay1Ms,
      rx1DrOffset: 0,
      rx2DataRate: device.rx2DataRate ?? this.#region.rx2.dataRate,
      channelsHz: [],
    };
  }

  #sealed(device: RegisteredDevice, session: Session): Json {
    const { fNwkSIntKey, sNwkSIntKey, nwkSEncKey, appSKey } = session.keys;
    const keys = Buffer.concat([fNwkSIntKey, sNwkSIntKey, nwkSEncKey, appSKey]);
    return withoutUndefined({ ...session, keys: this.#register.vault.seal(keys, sessionPurpose(device)) });
  }

  #opened(device: RegisteredDevice, json: SessionsJson['current']): Session | undefined {
    if (json === undefined) return undefined;
    const all = this.#register.vault.unseal(json.keys, sessionPurpose(device));
    const [fNwkSIntKey, sNwkSIntKey, nwkSEncKey, appSKey] = [0, 16, 32, 48].map((at) => all.slice(at, at + 16));
    if (!fNwkSIntKey || !sNwkSIntKey || !nwkSEncKey || !appSKey) return undefined;
    const keys: SessionKeys = { fNwkSIntKey, sNwkSIntKey, nwkSEncKey, appSKey };
    return { ...json, keys };
  }
}

function sessionsOf(sessions: Sessions | undefined): readonly Session[] {
  return [sessions?.current, sessions?.pending].filter((session) => session !== undefined);
}

function countersOf({ devEui, activation }: RegisteredDevice): string {
  return `${PREFIX}${devEui}/${activation === 'abp' ? 'abp' : 'counters'}`;
}

function joinsOf(devEui: string, joinEui: string): string {
  return `${PREFIX}${devEui}/join/${joinEui}`;
}

function downlinksOf({ devEui }: RegisteredDevice): string {
  return `${PREFIX}${devEui}/downlinks`;
}

/** Whether the entry belongs to this registration of the device. */
function isOf({ registeredAt }: RegisteredDevice, remembered: Json | undefined): boolean {
  return registrationOf(remembered) === registeredAt;
}

function registrationOf(remembered: Json | undefined): number | undefined {
  const of = v.safeParse(ofRegistration, remembered);
  return of.success ? of.output.registeredAt : undefined;
}

function sessionPurpose({ devEui }: RegisteredDevice): string {
  return `session ${devEui}`;
}

/** JSON has no undefined. */
function withoutUndefined(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json; // by its nature
}
