/**
 * The air of a city, between LoRa devices and gateways: who hears whom, how well, and when.
 *
 * Every gateway in reach hears a frame, and each passes it to the network after its own delay (3 to 150 ms). A device hears a
 * downlink only if a receive window is open for it: right frequency, data rate and moment. Reception follows from distance
 * (log-distance path loss) and from the shadow of houses on a link (log-normal, the same for all its frames). Frames do not
 * interfere, and a gateway hears while it sends: whatever reached a gateway must be stored, so that a test can say what is
 * missing. Bound: as many open windows as devices that send at once.
 */
import type { Clock } from '../../shared/clock.ts';
import type { FaultBoard } from '../fault-board.ts';
import type { Random } from '../random.ts';
import type { SentFrame } from './device.ts';
import { type DataRate, type RadioGateway, type Transmission, timeOnAirMs } from './radio.ts';
import type { Window } from './region.ts';

/** Metres from the south-western corner. */
export interface Place {
  readonly eastM: number;
  readonly northM: number;
}

/** How precisely devices and gateways keep time. */
export interface Strictness {
  /** How far a downlink may be off the start of its window. */
  readonly toleranceMs: number;
  /** How much longer than its windows a device waits, for real-time runs on a slow machine. */
  readonly patienceMs: number;
}

/** From a device to a gateway. */
export interface Link {
  readonly gateway: number;
  readonly lossDb: number;
}

export interface OpenWindow extends Window {
  readonly opensAtMs: number;
}

interface Listener {
  readonly links: readonly Link[];
  readonly windows: readonly OpenWindow[];
  /** Whether the frame was for it. */
  readonly receive: (phyPayload: Uint8Array) => boolean;
  underWay: number;
}

interface Station {
  readonly radio: RadioGateway;
  readonly place: Place;
  /** Typical delay to the network. */
  readonly delayMs: number;
}

/** Urban path loss at 868 MHz (Petäjäjärvi et al. 2015): dB at 1 km, ten times the exponent, the shadow's deviation. */
const LOSS_AT_1_KM_DB = 128.95;
const LOSS_A_DECADE_DB = 23.2;
const SHADOW_DB = 6;
/** −174 dBm/Hz over 125 kHz and a noise figure of 6 dB. */
const NOISE_DBM = -117;
/** SNR that a spreading factor needs (SX1276 datasheet, table 13). */
const MIN_SNR_DB: Readonly<Record<number, number>> = { 7: -7.5, 8: -10, 9: -12.5, 10: -15, 11: -17.5, 12: -20 };
const MAX_SNR_DB = 12;
const GATEWAY_POWER_DBM = 16;
const DELAY_MS = { min: 3, max: 100, jitter: 50 };

export class Air {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #strictness: Strictness;
  readonly #faults: FaultBoard;
  readonly #signal: AbortSignal;
  readonly #stations: Station[] = [];
  readonly #listeners = new Set<Listener>();
  /** Downlinks that a device heard, and downlinks that found no open window. */
  downlinksHeard = 0;
  downlinksMissed = 0;

  constructor(options: {
    clock: Clock;
    random: Random;
    strictness: Strictness;
    /** With "cut-off". */
    faults: FaultBoard;
    signal: AbortSignal;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#strictness = options.strictness;
    this.#faults = options.faults;
    this.#signal = options.signal;
  }

  addGateway(radio: RadioGateway, place: Place): void {
    const station = { radio, place, delayMs: this.#random.int(DELAY_MS.min, DELAY_MS.max) };
    const number = this.#stations.push(station) - 1;
    radio.onTransmit((transmission) => void this.#transmitted(transmission, number));
  }

  /** Whether it neither hears nor is heard. */
  #isCutOff(number: number): boolean {
    const which = this.#faults.get('cut-off')?.gateway;
    return which === 0 || which === number + 1;
  }

  /** Links from a place, each with its own shadow. */
  linksFrom(place: Place, random: Random): readonly Link[] {
    return this.#stations.map((station, gateway) => {
      const metres = Math.hypot(place.eastM - station.place.eastM, place.northM - station.place.northM);
      const km = Math.max(0.01, metres / 1000);
      return { gateway, lossDb: LOSS_AT_1_KM_DB + LOSS_A_DECADE_DB * Math.log10(km) + random.normal(0, SHADOW_DB) };
    });
  }

  /** An uplink whose last symbol has just ended. Returns how many gateways heard it. */
  uplink({ phyPayload, radio }: SentFrame, links: readonly Link[], powerDbm: number, endedAtMs: number): number {
    let heardBy = 0;
    for (const { gateway, lossDb } of links) {
      const station = this.#stations[gateway];
      const rssi = powerDbm - lossDb + this.#random.normal(0, 0.5);
      if (station === undefined || this.#isCutOff(gateway) || !isHeard(rssi, radio)) continue;
      heardBy++;
      const frame = { ...radio, phyPayload, endedAtMs, rssi, snr: Math.min(MAX_SNR_DB, rssi - NOISE_DBM) };
      const afterMs = station.delayMs + this.#random.int(0, DELAY_MS.jitter);
      void this.#clock.sleep(afterMs, this.#signal).then(() => this.#signal.aborted || station.radio.hear(frame));
    }
    return heardBy;
  }

  /** Waits until `receive` takes a downlink or the last window closes; returns whether it took one. */
  async listen(
    links: readonly Link[],
    windows: readonly OpenWindow[],
    receive: (phyPayload: Uint8Array) => boolean,
  ): Promise<boolean> {
    const { toleranceMs, patienceMs } = this.#strictness;
    const closesAtMs = Math.max(...windows.map(({ opensAtMs }) => opensAtMs)) + toleranceMs + patienceMs;
    return new Promise((resolve) => {
      const end = (hasTaken: boolean) => {
        this.#listeners.delete(listener);
        resolve(hasTaken);
      };
      const take = (phyPayload: Uint8Array) => {
        const hasTaken = this.#listeners.has(listener) && receive(phyPayload);
        if (hasTaken) end(true);
        return hasTaken;
      };
      const listener: Listener = { links, windows, receive: take, underWay: 0 };
      this.#listeners.add(listener);
      const close = async () => {
        await this.#clock.sleep(closesAtMs - this.#clock.moment().monotonic, this.#signal);
        // A frame that begins in the window is heard to its end.
        while (listener.underWay > 0 && !this.#signal.aborted) await this.#clock.sleep(10, this.#signal);
        end(false);
      };
      void close();
    });
  }

  async #transmitted(transmission: Transmission, number: number): Promise<void> {
    if (this.#isCutOff(number)) return;
    const { phyPayload, startsAtMs } = transmission;
    const reached = [...this.#listeners].filter(
      ({ links, windows }) =>
        windows.some((window) => this.#fits(window, transmission)) &&
        links.some(({ gateway, lossDb }) => gateway === number && isHeard(GATEWAY_POWER_DBM - lossDb, transmission)),
    );
    for (const listener of reached) listener.underWay++;
    const endsAtMs = startsAtMs + timeOnAirMs(transmission, phyPayload.length, false);
    await this.#clock.sleep(Math.max(0, endsAtMs - this.#clock.moment().monotonic), this.#signal);
    let isTaken = false;
    for (const listener of reached) {
      listener.underWay--;
      isTaken = listener.receive(phyPayload) || isTaken;
    }
    if (isTaken) this.downlinksHeard++;
    else this.downlinksMissed++;
  }

  #fits(window: OpenWindow, transmission: Transmission): boolean {
    return (
      window.frequencyHz === transmission.frequencyHz &&
      window.spreadingFactor === transmission.spreadingFactor &&
      window.bandwidthKhz === transmission.bandwidthKhz &&
      Math.abs(transmission.startsAtMs - window.opensAtMs) <= this.#strictness.toleranceMs
    );
  }
}

/** Whether a link with this loss carries a data rate with `marginDb` to spare. */
export function carries({ lossDb }: Link, powerDbm: number, rate: DataRate, marginDb: number): boolean {
  return isHeard(powerDbm - lossDb - marginDb, rate);
}

function isHeard(rssi: number, { spreadingFactor }: Pick<DataRate, 'spreadingFactor'>): boolean {
  return rssi - NOISE_DBM >= (MIN_SNR_DB[spreadingFactor] ?? 0);
}
