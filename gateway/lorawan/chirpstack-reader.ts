/**
 * Devices behind a ChirpStack: its events become readings in the buffer, and downlinks go into its queues.
 *
 *   port ──event──▶ registered? repeated? ──▶ payload (its codec or ours) ──▶ intake: one commit ──▶ PUBACK
 *
 * Promise: an event is acknowledged once its readings are on the disk, and a repeated event is stored once: the same commit
 * records each device's last `maxSeen` events, and the application its downlinks go to. Rubbish, and events of devices not
 * registered with the activation "chirpstack", are counted and acknowledged, since repeating them would not help.
 */

import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Json, Rubbish, RubbishCode, Step } from '../../devices/device-type.ts';
import type { Arrival } from '../../devices/lorawan/result-readings.ts';
import type { Clock, Moment } from '../../shared/clock.ts';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Reading, Values } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import { noteBytes, noteClosed, noteFrame, noteOpen, type PortActivity } from '../intake/activity.ts';
import type { PortTap } from '../intake/frame-tap.ts';
import type { Intake, StepOrigin } from '../intake/intake.ts';
import type { Log } from '../machine/log.ts';
import type { Retry } from '../net/keep-open.ts';
import { type ChirpstackEvent, parseChirpstackEvent } from '../ports/chirpstack/events.ts';
import type { MessageReceiver } from '../ports/port.ts';
import type { NewDownlink } from './downlink-queue.ts';
import { radioOf } from './heard.ts';
import type { Payloads } from './payloads.ts';
import { beyondLimit, type RateLimits } from './rate-limits.ts';
import type { RecentUplinks } from './recent-uplinks.ts';
import type { Register } from './register.ts';
import type { RegisteredDevice } from './registered-device.ts';
import type { Stranger } from './strangers.ts';
import { say } from './words.ts';

const maxSeen = 16;
/** If our unset clock agrees with ChirpStack's this closely, both run in the same box. */
const sameClockMs = 60_000;

/** Log entries that count as rubbish at any level. */
const LOG_CODES: Readonly<Record<string, RubbishCode>> = {
  UPLINK_F_CNT_RESET: 'counter-reset',
  UPLINK_MIC: 'bad-mic',
};

const memoryJson = v.object({ port: v.string(), application: v.string(), seen: v.array(v.string()) });
type Memory = v.InferOutput<typeof memoryJson>;

export interface ChirpstackReaderOptions {
  readonly port: string;
  /** As configured: the only application of this port. */
  readonly application?: string | undefined;
  readonly register: Register;
  readonly intake: Intake;
  readonly payloads: Pick<Payloads, 'take'>;
  readonly limits: Pick<RateLimits, 'allows'>;
  readonly recentUplinks: Pick<RecentUplinks, 'note'>;
  /** Who watches the events: devices of others and decrypted payloads are in them, so their bytes are not shown. */
  readonly tap?: PortTap | undefined;
  readonly activity: PortActivity;
  readonly clock: Clock;
  readonly log: Log;
  /** No event can be older: the day the release was built, epoch ms. */
  readonly notBefore: number;
  /** Notes a device that is not registered. */
  meet(stranger: Stranger): void;
  /** Resolves when ChirpStack's broker has it. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
}

export class ChirpstackReader implements MessageReceiver {
  readonly #options: ChirpstackReaderOptions;

  constructor(options: ChirpstackReaderOptions) {
    this.#options = options;
  }

  opened(): void {
    noteOpen(this.#options.activity);
  }

  rival(): void {
    const { activity, clock } = this.#options;
    activity.lastRivalAt = clock.moment().wall;
  }

  closed(why: Text, retry?: Retry): void {
    noteClosed(this.#options.activity, why, retry);
  }

  async message(topic: string, payload: Uint8Array): Promise<void> {
    const { activity, tap, clock, intake } = this.#options;
    const at = clock.moment();
    noteBytes(activity, payload.length, at.wall);
    const parsed = parseChirpstackEvent(topic, payload);
    const rubbish = (what: Pick<Rubbish, 'code' | 'detail'>) => {
      const step = { rubbish: [{ ...what, bytes: payload }] };
      if (tap?.isWatched) tap.note({ at, bytes: payload, step, shows: 'outline' });
      return intake.take(step, { port: activity, at, ownTime: false, awaited: true });
    };
    if (!parsed.ok) return rubbish(parsed);
    noteFrame(activity, at.wall);
    const { event } = parsed;
    const { devEui } = event;
    const device = this.#options.register.findByDevEui(devEui);
    if (device?.activation !== 'chirpstack') {
      const detail =
        device === undefined
          ? say.devEuiNotRegistered({ devEui })
          : say.devEuiRegisteredAs({ devEui, activation: device.activation });
      await rubbish({ code: 'unknown-address', detail });
      activity.rubbishInARow = 0; // not a fault: a ChirpStack serves other devices too
      if (device === undefined && event.kind === 'up') {
        this.#options.meet({ devEui, station: event.receptions[0]?.station ?? '', at: at.wall });
      }
      return;
    }
    const memory = this.#memoryOf(device);
    if (event.id !== undefined && memory?.seen.includes(event.id)) return;
    const { observedAt, ...origin } = this.#originOf(event, at);
    const step = await this.#stepOf(event, device, observedAt, !at.synchronised && !origin.ownTime);
    if (event.kind === 'up') {
      const { frameCounter, receptions } = event;
      const stations = receptions.toSorted((a, b) => b.rssi - a.rssi);
      this.#options.recentUplinks.note(device.id, { frameCounter, observedAt, stations }, at);
    }
    if (tap?.isWatched) {
      tap.note({ at, bytes: payload, kind: event.kind, device: device.id, step, shows: 'readings' });
    }
    await intake.take({ ...step, remember: remembering({ ...event, port: this.#options.port }, memory) }, origin);
  }

  /**
   * Puts a downlink into ChirpStack's queue and resolves with its id there. ChirpStack decides how long it waits.
   * Throws a MachimoriError "no-application", or "not-connected" if its broker has not accepted it.
   */
  async send(device: RegisteredDevice, { port, payload, confirmed }: Omit<NewDownlink, 'expiresAt'>): Promise<string> {
    const application = this.applicationOf(device) ?? this.#options.application;
    if (application === undefined) {
      throw new MachimoriError('no-application', {
        what: say.applicationUnknown(),
        on: say.theDevice({ id: device.id }),
        hint: say.waitForUplink({ port: this.#options.port }),
      });
    }
    const id = randomUUID();
    const data = Buffer.from(payload).toString('base64');
    const command = { id, devEui: device.devEui, confirmed, fPort: port, data };
    const topic = `application/${application}/device/${device.devEui}/command/down`;
    try {
      await this.#options.publish(topic, Buffer.from(JSON.stringify(command)));
    } catch (cause) {
      throw new MachimoriError('not-connected', {
        what: say.notQueued({ why: textOf(cause) }),
        on: say.theDevice({ id: device.id }),
        hint: say.tryWhenOpen(),
        cause,
      });
    }
    return id;
  }

  /** The application of the device's last event, if that came through this port. */
  applicationOf(device: RegisteredDevice): string | undefined {
    const memory = this.#memoryOf(device);
    return memory?.port === this.#options.port ? memory.application : undefined;
  }

  async #stepOf(
    event: ChirpstackEvent,
    device: RegisteredDevice,
    observedAt: number,
    isClockUnset: boolean,
  ): Promise<Step> {
    const status = (values: Values): Step => ({
      readings: [{ device: device.id, kind: 'status', observedAt, values }],
    });
    switch (event.kind) {
      case 'up':
        return this.#uplink(event, device, { at: observedAt, isClockUnset });
      case 'join':
        this.#options.log.info('A device joins', { device: device.id });
        return {};
      case 'status': {
        const { externalPower, batteryLevel, linkMargin } = event;
        if (externalPower) return status({ externalPower, linkMargin });
        if (batteryLevel === undefined) return status({ linkMargin });
        return status({ batteryLevel: Math.round(batteryLevel * 10) / 10, linkMargin });
      }
      case 'location': {
        const { lat, lon, altitude } = event;
        const values = { lat, lon, ...(altitude !== undefined && { altitude }) };
        const reading: Reading = { device: device.id, kind: 'position', observedAt, values };
        return { readings: [reading] };
      }
      case 'downlink':
        return status({ downlink: event.queueItem, downlinkResult: event.result });
      case 'log':
        return this.#logged(event, device);
      case 'other':
        return {};
    }
  }

  async #uplink(
    { bytes, port, object, receptions, frameCounter }: Extract<ChirpstackEvent, { kind: 'up' }>,
    device: RegisteredDevice,
    when: Pick<Arrival, 'at' | 'isClockUnset'>,
  ): Promise<Step> {
    const { id, project, profile } = device;
    const { limits, payloads } = this.#options;
    if (port === 0 && object === undefined) return {}; // only MAC commands
    if (!limits.allows(project)) return { rubbish: [beyondLimit(device, bytes)] };
    const [best, ...others] = receptions;
    const radio = best === undefined ? { frameCounter } : radioOf([best, ...others], frameCounter);
    return payloads.take(object, { project, port, bytes }, profile, { device: id, radio, ...when });
  }

  #logged({ level, code, description }: Extract<ChirpstackEvent, { kind: 'log' }>, { id }: RegisteredDevice): Step {
    const known = LOG_CODES[code];
    if (known === undefined && level !== 'ERROR') {
      this.#options.log.debug('ChirpStack logged something about a device', { device: id, code, description });
      return {};
    }
    const detail = say.chirpstackSays({ code, description });
    return { rubbish: [{ code: known ?? 'device-error', bytes: new Uint8Array(0), device: id, detail }] };
  }

  /** The event's own time is used unless it is impossible, or comes from this box's clock, which nobody has set yet. */
  #originOf({ time }: ChirpstackEvent, at: Moment): StepOrigin & { readonly observedAt: number } {
    const here = { port: this.#options.activity, at, ownTime: false, awaited: true };
    if (time === undefined) return { ...here, observedAt: at.wall };
    if (!at.synchronised && Math.abs(time - at.wall) < sameClockMs) return { ...here, observedAt: time };
    if (time < this.#options.notBefore) return { ...here, observedAt: at.wall };
    return { ...here, ownTime: true, observedAt: time };
  }

  #memoryOf({ devEui }: RegisteredDevice): Memory | undefined {
    const parsed = v.safeParse(memoryJson, this.#options.intake.rememberedBy(memoryNameOf(devEui)));
    return parsed.success ? parsed.output : undefined;
  }
}

function remembering(
  { devEui, port, application, id }: Pick<ChirpstackEvent, 'devEui' | 'application' | 'id'> & { readonly port: string },
  before: Memory | undefined,
): Map<string, Json> {
  if (id === undefined && port === before?.port && application === before.application) return new Map();
  const seen = [...(before?.seen ?? []), ...(id === undefined ? [] : [id])].slice(-maxSeen);
  return new Map([[memoryNameOf(devEui), { port, application, seen }]]);
}

function memoryNameOf(devEui: string): string {
  return `lorawan/${devEui}/chirpstack`;
}
