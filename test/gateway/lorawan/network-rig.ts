import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { regionOf } from '../../../devices/lorawan/regions/regions.ts';
import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { CodecOutcome } from '../../../gateway/codecs/outcome.ts';
import type { CodecCall } from '../../../gateway/codecs/runner.ts';
import type { Config } from '../../../gateway/config/settings.ts';
import { Activity } from '../../../gateway/intake/activity.ts';
import { DeviceTable } from '../../../gateway/intake/device-table.ts';
import { FrameTaps } from '../../../gateway/intake/frame-tap.ts';
import { Intake } from '../../../gateway/intake/intake.ts';
import { followRegister } from '../../../gateway/lorawan/follow-register.ts';
import { Network } from '../../../gateway/lorawan/network.ts';
import { Register } from '../../../gateway/lorawan/register.ts';
import { type NewDevice, newDevice } from '../../../gateway/lorawan/registered-device.ts';
import type { RadioReceiver, Reception, Reply, Sent } from '../../../gateway/ports/radio.ts';
import type { Reading } from '../../../shared/reading.ts';
import { foreign } from '../../../shared/text.ts';
import type { SentFrame } from '../../../simulators/lorawan/device.ts';
import { LorawanDevice, type LorawanDeviceOptions } from '../../../simulators/lorawan/device.ts';
import { Random } from '../../../simulators/random.ts';
import { BufferRig, CITY, readingsOf, stored, takeAll } from '../buffer/buffer-rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { lorawanConfig } from './lorawan-config.ts';

export const APP_KEY = '2b7e151628aed2a6abf7158809cf4f3c';
export const NWK_KEY = '3c4fcf098815f7aba6d2ae2816157e2b';
export const JOIN_EUI = '0000000000000001';
/** A device repeats a frame at the earliest when both windows are over, 1 and 2 s after it, and some time later (RP002 RETRANSMIT_TIMEOUT). */
export const retransmitMs = 3_000;

/** An answer a station was asked to send. */
export interface Asked extends Reply {
  readonly station: string;
}

/** A network server with a buffer on a real file and simulated devices; the test is the air. */
export class NetworkRig {
  readonly rig: BufferRig;
  readonly config: Config;
  readonly activity = new Activity();
  readonly port = this.activity.addPort('lora', 'udp://127.0.0.1:1700');
  readonly taps = new FrameTaps();
  readonly tap = this.taps.open(() => ({
    ...{ name: 'lora', shape: 'radio', devices: [], isWithheld: false, asks: false },
  }));
  readonly asked: Asked[] = [];
  /** Stations of frames that turned out to be new ones of registered devices. */
  readonly delivered: string[] = [];
  /** What stations reply to answers. */
  sent: Sent = { outcome: 'sent' };
  /** What codecs return. */
  codec: (call: CodecCall) => CodecOutcome = () => ({ ok: true, output: { data: {}, errors: [], warnings: [] } });
  buffer: ReadingBuffer;
  register: Register;
  network: Network;
  #backups = 0;
  readonly #stop = new AbortController();
  readonly #random = new Random(1);
  #receiver: RadioReceiver;

  constructor(more = '', folder = temporaryFolder()) {
    this.rig = new BufferRig({ batchReadings: 1, outboxes: [{ ...CITY, freshEvery: 1_000 }] }, folder);
    writeFileSync(join(this.rig.folder, 'codec.js'), '// `codec` decides what it returns');
    this.config = lorawanConfig(this.rig.folder, more);
    this.buffer = this.rig.open();
    ({ register: this.register, network: this.network, receiver: this.#receiver } = this.#begin());
  }

  /** A power cut, then a restart. */
  restart(): void {
    this.buffer = this.rig.crash();
    ({ register: this.register, network: this.network, receiver: this.#receiver } = this.#begin());
  }

  /** A copy of the buffer's file as it is now. */
  backup(): string {
    const { file } = this.rig;
    const copy = join(this.rig.folder, `backup-${++this.#backups}`);
    for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) cpSync(file + suffix, copy + suffix);
    return copy;
  }

  /** The gateway is stopped, its file put back to what it was then, and started again. */
  restore(backup: string): void {
    const file = join(this.rig.folder, `restored-${++this.#backups}`);
    for (const suffix of ['', '-wal']) if (existsSync(backup + suffix)) cpSync(backup + suffix, file + suffix);
    this.rig.file = file;
    this.restart();
  }

  /** Changes the register while the gateway is stopped, then restarts it. */
  changeWhileStopped(change: (register: Register, at: number) => void): void {
    const { wall } = this.rig.clock.moment();
    change(Register.open(this.config), wall + 1);
    this.restart();
  }

  add(device: Partial<NewDevice> & { readonly id: string; readonly devEui: string }): void {
    const whole = {
      project: 'toyama',
      joinEui: JOIN_EUI,
      activation: 'otaa',
      version: '1.0.3',
      profile: 'raw',
      keys: { appKey: APP_KEY },
      ...device,
    };
    this.register.add([v.parse(newDevice, whole)], this.rig.clock.moment().wall);
  }

  /** A registered device that joins with the same keys. */
  device(
    n = 1,
    { version = '1.0.3', ...options }: Partial<LorawanDeviceOptions> & Partial<NewDevice> = {},
  ): LorawanDevice {
    const devEui = `70b3d57ed000${n.toString(16).padStart(4, '0')}`;
    const keys = version === '1.1' ? { appKey: APP_KEY, nwkKey: NWK_KEY } : { appKey: APP_KEY };
    const { profile = 'raw', project = 'toyama', threshold = [], random = this.#random } = options;
    this.add({ id: `device-${n}`, devEui, version, keys, profile, project, threshold });
    return new LorawanDevice({ random, version, activation: { joinEui: JOIN_EUI, ...keys }, ...options, devEui });
  }

  /** A station hears a frame. */
  hear(
    { phyPayload, radio }: SentFrame,
    station = 'b827ebfffe000001',
    rssi = -80,
    snr = 8,
    more: Partial<Reception> = {},
  ): void {
    const modulation = regionOf(this.config.lorawan.region).uplinkDataRates[radio.dataRate];
    if (modulation === undefined) throw new RangeError(`no data rate ${radio.dataRate}`);
    this.#receiver.alive(station, phyPayload.length);
    this.#receiver.heard({
      station,
      bytes: phyPayload,
      frequencyHz: radio.frequencyHz,
      modulation,
      rssi,
      snr,
      at: this.rig.clock.moment(),
      heardAt: this.rig.clock.moment().monotonic,
      reply: async (reply) => {
        const window = [reply.rx1, reply.rx2].find((each) => each?.book());
        if (window === undefined) return { outcome: 'not-sent', why: foreign('busy') };
        this.asked.push({ ...reply, station });
        if (this.sent.outcome === 'not-sent') window.free();
        return this.sent;
      },
      delivered: () => this.delivered.push(station),
      ...more,
    });
  }

  /** A station delivers what it has heard. */
  receive(reception: Reception): void {
    this.#receiver.alive(reception.station, reception.bytes.length);
    this.#receiver.heard(reception);
  }

  /** Advances time until everything heard is processed; returns what stations were asked to send. */
  async settle(): Promise<readonly Asked[]> {
    await this.rig.clock.advance(this.config.lorawan.gatherMs);
    await this.pass(this.network.idle());
    return this.asked.splice(0);
  }

  /** Advances time until the promise settles. */
  async pass<T>(promise: Promise<T>): Promise<T> {
    let isOver = false;
    const over = promise.finally(() => {
      isOver = true;
    });
    over.catch(() => {}); // awaited below
    while (!isOver) await this.rig.clock.advance(1);
    return over;
  }

  /** Sends a frame and passes the answer to the device. */
  async exchange(device: LorawanDevice, frame: SentFrame) {
    this.hear(frame);
    const asked = await this.settle();
    return asked.map(({ bytes }) => device.hear(bytes));
  }

  async join(device: LorawanDevice): Promise<void> {
    const [heard] = await this.exchange(device, device.joinRequest());
    if (heard?.kind !== 'joined') throw new Error(`it did not join: ${JSON.stringify(heard)}`);
  }

  /** What was stored since the last call. */
  stored(): Reading[] {
    const all = takeAll(this.buffer);
    for (const outgoing of all) this.buffer.settle('city', outgoing, stored(outgoing));
    this.buffer.sealOpen();
    return all.flatMap(readingsOf);
  }

  /** The same, without the devices' own status. */
  measured(): Reading[] {
    return this.stored().filter(({ kind }) => kind !== 'status');
  }

  #begin() {
    const { config, rig, activity } = this;
    const register = Register.open(config);
    const devices = new DeviceTable(config, register.entries);
    const intake = new Intake({
      buffer: this.buffer,
      activity,
      log: rig.log,
      policies: { get: (id) => devices.get(id)?.policy },
      commitWithinMs: 1_000,
    });
    const codecs = { call: async (call: CodecCall) => this.codec(call) };
    const random = () => this.#random.next();
    const network = new Network({ config, register, intake, clock: rig.clock, log: rig.log, codecs, random });
    followRegister(register, { devices, buffer: this.buffer, activity, network });
    return { register, network, receiver: network.receiver(this.port, this.#stop.signal, this.tap) };
  }
}
