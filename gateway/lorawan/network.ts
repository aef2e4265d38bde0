/**
 * The LoRaWAN network server: frames from all stations of all ports become readings in the buffer, and devices get answers.
 *
 *   port ──receptions──▶ gather (200 ms) ──▶ in turn by device ──▶ joins ─┐
 *                                                         uplinks ────────┴──▶ intake: one commit ──▶ answers ──▶ port
 *
 * Class A. A frame is processed once, however many stations and ports hear it, and one device's frames in order. Frames of
 * other networks are counted and forgotten. Bounds: `maxWaiting` frames in process; a further one is "over-limit", and its
 * device repeats it if it wants an answer.
 */

import type { Rubbish, Step } from '../../devices/device-type.ts';
import { type DataFrame, type JoinRequest, parsePhyPayload } from '../../devices/lorawan/phy-payload.ts';
import { hasDwellTimes, type Region } from '../../devices/lorawan/region.ts';
import { regionOf } from '../../devices/lorawan/regions/regions.ts';
import type { Clock, Moment } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { CodecRunner } from '../codecs/runner.ts';
import type { Config } from '../config/settings.ts';
import { newPortActivity, noteBytes, noteClosed, noteFrame, noteOpen, type PortActivity } from '../intake/activity.ts';
import type { PortTap } from '../intake/frame-tap.ts';
import type { Intake, StepOrigin } from '../intake/intake.ts';
import type { Log } from '../machine/log.ts';
import { Turns } from '../machine/turns.ts';
import type { RadioReceiver, Reception } from '../ports/radio.ts';
import { AirTime } from './air-time.ts';
import { type Answer, Answers } from './answers.ts';
import { DeviceStates } from './device-states.ts';
import { Downlinks } from './downlinks.ts';
import { Gather, type Heard, heardBy, whyNotHeard } from './heard.ts';
import { Joins } from './joins.ts';
import { Payloads } from './payloads.ts';
import { RateLimits } from './rate-limits.ts';
import { dataRateText, RecentUplinks } from './recent-uplinks.ts';
import type { Register } from './register.ts';
import type { RegisteredDevice } from './registered-device.ts';
import type { Request } from './requests.ts';
import { Strangers } from './strangers.ts';
import { type Processed, Uplinks } from './uplinks.ts';
import { say } from './words.ts';

const maxWaiting = 10_000;

export interface NetworkOptions {
  readonly config: Config;
  readonly register: Register;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
  readonly codecs: Pick<CodecRunner, 'call'>;
  random(): number;
}

export interface NetworkStats {
  /** Frames of devices not registered here. */
  foreign: number;
  joins: number;
  uplinks: number;
  retransmissions: number;
  downlinks: number;
  /** Answers no station could send. */
  unanswered: number;
  /** Answers given to a station that never said whether it sent them. */
  unknown: number;
}

/** A reception with its port and parsed frame. */
interface Incoming extends Reception {
  readonly port: PortActivity;
  readonly tap: PortTap | undefined;
  readonly frame: DataFrame | JoinRequest;
}

export class Network {
  readonly stats: NetworkStats = {
    foreign: 0,
    joins: 0,
    uplinks: 0,
    retransmissions: 0,
    downlinks: 0,
    unanswered: 0,
    unknown: 0,
  };
  readonly strangers = new Strangers();
  /** Of devices that somebody walks with, by whichever port they come. */
  readonly recentUplinks = new RecentUplinks();
  readonly downlinks: Downlinks;
  readonly payloads: Payloads;
  /** Per project, by whichever port its devices' uplinks arrive. */
  readonly limits: RateLimits;
  readonly #options: NetworkOptions;
  readonly #states: DeviceStates;
  readonly #joins: Joins;
  readonly #uplinks: Uplinks;
  readonly #answers: Answers;
  readonly #gather: Gather<Incoming>;
  readonly #turns = new Turns();
  readonly #answering = new Set<Promise<void>>();
  readonly #region: Region;
  #fault: Error | undefined;
  /** For steps that no frame caused. */
  readonly #noPort = newPortActivity('');

  constructor(options: NetworkOptions) {
    const { config, register, intake, clock, codecs } = options;
    const region = regionOf(config.lorawan.region);
    this.#options = options;
    this.#region = region;
    this.#states = new DeviceStates(register, intake, region, options.random);
    this.downlinks = new Downlinks({ states: this.#states, turns: this.#turns, intake, clock });
    this.#answers = new Answers(region, new AirTime(region));
    this.payloads = new Payloads(config.lorawanProfiles, codecs);
    this.limits = new RateLimits(config.projects, clock);
    this.#joins = new Joins({
      states: this.#states,
      register,
      config: config.lorawan,
      region,
      random: options.random,
    });
    this.#uplinks = new Uplinks({
      states: this.#states,
      payloads: this.payloads,
      answers: this.#answers,
      limits: this.limits,
      region,
      config: config.lorawan,
    });
    this.#gather = new Gather(clock, config.lorawan.gatherMs, (copies) => this.#work(copies));
  }

  /** Why not all devices are served. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Loads the registered devices. Those whose keys are unavailable are not served, which is logged. */
  load(): void {
    this.#fault = this.#states.load();
    if (this.#fault !== undefined) {
      this.#options.log.error('LoRaWAN devices cannot be served', { fault: this.#fault.message });
      return; // keep their state for when the keys are back
    }
    const forget = this.#states.stale();
    if (forget.size === 0) return;
    void this.#commit({ remember: forget }, this.#origin(this.#noPort, this.#options.clock.moment()));
  }

  /**
   * Lets a device join with DevNonces that it has used before. Resolves once that is on the disk; rejects with the buffer's error.
   */
  forgetDevNonces(device: RegisteredDevice): Promise<void> {
    return this.#turns.take([device.devEui], async () => {
      const remember = this.#states.forgottenDevNonces(device);
      const origin = this.#origin(this.#noPort, this.#options.clock.moment());
      if (remember.size > 0) await this.#options.intake.take({ remember }, origin);
    });
  }

  /** The receiver for a port's receptions, which `tap` shows to whoever watches. */
  receiver(port: PortActivity, signal: AbortSignal, tap?: PortTap): RadioReceiver {
    port.stations = new Map();
    return {
      opened: () => noteOpen(port),
      closed: (why, retry) => noteClosed(port, why, retry),
      alive: (station, bytes) => {
        const at = this.#options.clock.moment().wall;
        noteBytes(port, bytes, at);
        port.stations?.set(station, { frames: 0, ...port.stations.get(station), lastAt: at });
      },
      placed: (station, place) => {
        const known = port.stations?.get(station);
        if (known !== undefined) port.stations?.set(station, { ...known, place });
      },
      forgotten: (station) => {
        port.stations?.delete(station);
        port.lastForgottenAt = this.#options.clock.moment().wall;
      },
      rubbish: (rubbish) => this.#rubbish(rubbish, port, tap),
      heard: (reception) => this.#heard(reception, port, signal, tap),
    };
  }

  /** Resolves when everything heard has been processed and answered. */
  async idle(): Promise<void> {
    while (this.#turns.size > 0 || this.#answering.size > 0) {
      await this.#turns.idle();
      await Promise.all(this.#answering);
    }
  }

  #heard(reception: Reception, port: PortActivity, signal: AbortSignal, tap: PortTap | undefined): void {
    const station = port.stations?.get(reception.station);
    const frames = (station?.frames ?? 0) + 1;
    port.stations?.set(reception.station, { ...station, lastAt: reception.at.wall, frames });
    const { bytes } = reception;
    const parsed = parsePhyPayload(bytes);
    const whyNot = parsed.ok ? whyNotHeard(reception) : parsed.detail;
    if (!parsed.ok || whyNot !== undefined) {
      this.#rubbish({ code: 'malformed', bytes, ...(whyNot !== undefined && { detail: whyNot }) }, port, tap);
      return;
    }
    noteFrame(port, reception.at.wall);
    const { frame } = parsed;
    switch (frame.type) {
      case 'unconfirmed-data-up':
      case 'confirmed-data-up':
        if (this.#states.isTaken(frame.devAddr)) break;
        this.#foreign(reception, frame.type, tap);
        return;
      case 'join-request':
        if (this.#states.get(frame.devEui) !== undefined) break;
        this.#foreign(reception, frame.type, tap);
        this.strangers.meet({ ...frame, station: reception.station, at: reception.at.wall });
        return;
      default: // other networks' downlinks, and rejoin-requests, which only ChirpStack supports
        this.#foreign(reception, frame.type, tap);
        return;
    }
    if (this.#turns.size >= maxWaiting) {
      this.#rubbish({ code: 'over-limit', bytes: reception.bytes, detail: say.tooManyFrames() }, port, tap);
      return;
    }
    this.#gather.add({ ...reception, port, tap, frame }, signal);
  }

  /** Of another network: whoever watches sees that something came, and nothing of it. */
  #foreign({ bytes, at }: Reception, kind: string, tap: PortTap | undefined): void {
    this.stats.foreign++;
    if (tap?.isWatched) tap.note({ at, bytes, kind, step: {}, shows: 'outline' });
  }

  #work(copies: readonly [Incoming, ...Incoming[]]): void {
    const [{ frame }] = copies;
    const heard = heardBy(copies);
    const devEuis = frame.type === 'join-request' ? [frame.devEui] : this.#states.withDevAddr(frame.devAddr);
    const work = frame.type === 'join-request' ? () => this.#join(frame, heard) : () => this.#uplink(frame, heard);
    this.#turns.take(devEuis, work).catch((fault) => {
      this.#options.log.error('A LoRaWAN frame could not be processed', { fault: messageOf(fault) });
    });
  }

  async #join(request: JoinRequest, heard: Heard<Incoming>) {
    const { copies } = heard;
    const [best] = copies;
    const judged = this.#joins.judge(request, best.bytes, heard);
    const origin = this.#origin(best.port, best.at);
    if (!('sessions' in judged)) {
      this.#show(best, request.type, judged);
      await this.#commit(judged, origin);
      return;
    }
    const { sessions, remember, bytes } = judged;
    if (!(await this.#commit({ remember }, origin))) return;
    this.#states.commit(sessions);
    for (const copy of copies) copy.delivered();
    this.stats.joins++;
    const { device, pending } = sessions;
    this.#show(best, request.type, { write: [bytes] }, device);
    this.#options.log.info('A device joins', { device: device.id });
    this.#answer(device, copies, {
      bytes,
      devEui: device.devEui,
      delayMs: this.#region.joinAcceptDelay1Ms,
      rx1DrOffset: 0,
      rx2DataRate: pending?.rx2DataRate ?? 0,
      dwellTime: { ofRx1: hasDwellTimes(this.#region) ? undefined : false, ofSize: false },
      isJoinAccept: true,
    });
  }

  async #uplink(frame: DataFrame, heard: Heard<Incoming>) {
    const [best] = heard.copies;
    const processed = await this.#uplinks.process(frame, heard);
    if (processed === undefined) {
      // All networks draw DevAddrs, so it most likely belongs to another one; unless our device has never been understood.
      const unheard = this.#uplinks.neverHeard(frame.devAddr);
      if (unheard === undefined) return this.#foreign(best, frame.type, best.tap);
      this.stats.foreign++;
      const detail = say.wrongKeys({ devAddr: frame.devAddr, id: unheard.id });
      this.#rubbish({ code: 'bad-mic', bytes: best.bytes, device: unheard.id, detail }, best.port, best.tap);
      return;
    }
    const { device, verdict, step, sessions, answer } = processed;
    if (verdict === 'late-copy') return;
    // Removed while the codec ran, and perhaps registered again for another project: the reading belongs to nobody.
    if (!this.#states.isRegistered(device)) return;
    this.#show(best, frame.type, answer === undefined ? step : { ...step, write: [answer.bytes] }, device);
    // A time from a station's GPS is right already: setting our own clock must not move it.
    const origin = { ...this.#origin(best.port, best.at), ownTime: heard.isClockSet };
    if (!(await this.#commit(step, origin))) return;
    if (verdict === 'fresh') {
      this.stats.uplinks++;
      this.#noteUplink(device, frame, heard);
      this.#states.commit(sessions);
      for (const copy of heard.copies) copy.delivered();
    } else if (verdict === 'retransmission') this.stats.retransmissions++;
    if (answer === undefined) return;
    this.#answer(device, heard.copies, answer, processed);
  }

  #noteUplink({ id }: RegisteredDevice, { fCnt16 }: DataFrame, { copies, observedAt }: Heard<Incoming>): void {
    const stations = copies.map(({ station, rssi, snr }) => ({ station, rssi, ...(snr !== undefined && { snr }) }));
    const dataRate = dataRateText(copies[0].modulation);
    const uplink = { frameCounter: fCnt16, observedAt, dataRate, stations };
    this.recentUplinks.note(id, uplink, this.#options.clock.moment());
  }

  /**
   * Sends the answer. A station may report only after both windows whether it succeeded. The device's next frame does not wait
   * for that; whether a queued downlink was sent is then unknown.
   */
  #answer(
    device: RegisteredDevice,
    copies: readonly Reception[],
    answer: Answer,
    { carries, requests = [] }: Pick<Processed, 'carries' | 'requests'> = {},
  ): void {
    const answering = this.#answers.send(copies, answer).then(async (sent) => {
      if (sent.outcome === 'sent') this.stats.downlinks++;
      else if (sent.outcome === 'not-sent') {
        this.stats.unanswered++;
        this.#options.log.warn('A device could not be answered', { device: device.id, why: sent.why });
      } else {
        this.stats.unknown++;
        this.#options.log.warn('It is not known whether a device was answered', { device: device.id, why: sent.why });
      }
      if (carries !== undefined) await this.downlinks.sentOut(device, carries, sent.outcome).catch(() => {}); // the intake has logged it
      if (sent.outcome === 'not-sent' && requests.length > 0) await this.#unasked(device, requests);
    });
    this.#answering.add(answering);
    void answering.finally(() => this.#answering.delete(answering));
  }

  #unasked(device: RegisteredDevice, requests: readonly Request[]): Promise<unknown> {
    return this.#turns.take([device.devEui], async () => {
      if (!this.#states.isRegistered(device)) return;
      const step = this.#uplinks.unasked(device, requests);
      await this.#commit(step, this.#origin(this.#noPort, this.#options.clock.moment()));
    });
  }

  /** Never rejects; false if it could not be committed, which the intake has logged. */
  async #commit(step: Step, origin: StepOrigin): Promise<boolean> {
    try {
      await this.#options.intake.take(step, origin);
      return true;
    } catch {
      return false;
    }
  }

  #origin(port: PortActivity, at: Moment): StepOrigin {
    return { port, at, ownTime: false, awaited: true };
  }

  /** A frame of a device that is ours. */
  #show({ tap, at, bytes }: Incoming, kind: string, step: Step, device?: RegisteredDevice): void {
    if (tap?.isWatched) tap.note({ at, bytes, kind, step, ...(device !== undefined && { device: device.id }) });
  }

  /** Nobody knows whose it is. */
  #rubbish(rubbish: Rubbish, port: PortActivity, tap?: PortTap): void {
    const at = this.#options.clock.moment();
    if (tap?.isWatched) tap.note({ at, bytes: rubbish.bytes, step: { rubbish: [rubbish] }, shows: 'outline' });
    void this.#commit({ rubbish: [rubbish] }, this.#origin(port, at));
  }
}
