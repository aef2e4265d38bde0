/**
 * How an answer gets to a device: through which station, in which receive window, on which channel.
 *
 * The station that heard the device best is asked first, then others, `maxAsked` in all. RX1 is preferred to RX2; a window is
 * skipped if the frame is too long for it, the station is busy then or the law forbids it (air-time.ts).
 */
import type { Region } from '../../devices/lorawan/region.ts';
import { betweenWindowsMs, type ReceiveWindow, type Reception, type SendWindow, type Sent } from '../ports/radio.ts';
import type { AirTime } from './air-time.ts';
import { say } from './words.ts';

const maxAsked = 3;

/** Whether the downlink dwell time of 400 ms applies. */
export interface DwellTime {
  /** For the data rate of RX1; undefined if only the device knows. */
  readonly ofRx1: boolean | undefined;
  /** For what a frame may hold. */
  readonly ofSize: boolean;
}

export interface Answer {
  readonly bytes: Uint8Array;
  readonly devEui: string;
  /** Until RX1. */
  readonly delayMs: number;
  readonly rx1DrOffset: number;
  readonly rx2DataRate: number;
  readonly dwellTime: DwellTime;
  /** Channels that the device knows beyond those it joins on. */
  readonly channelsHz?: readonly number[];
  readonly isJoinAccept?: boolean;
}

interface Window extends ReceiveWindow {
  readonly dataRate: number;
  /** Bytes of MACPayload (M in RP002). */
  readonly maxMacPayload: number;
}

type Windows = Omit<Answer, 'bytes' | 'devEui' | 'delayMs' | 'isJoinAccept'>;

/** MHDR and MIC: what a PHYPayload has beside its MACPayload. */
const aroundMacPayload = 5;

export class Answers {
  readonly #region: Region;
  readonly #airTime: AirTime;

  constructor(region: Region, airTime: AirTime) {
    this.#region = region;
    this.#airTime = airTime;
  }

  /** The receive windows an uplink has opened. RX1 is absent if the region defines none for it, or its data rate is not known. */
  windows(
    { frequencyHz: heardHz, modulation }: Pick<Reception, 'frequencyHz' | 'modulation'>,
    { rx1DrOffset, rx2DataRate, dwellTime, channelsHz }: Windows,
  ): { readonly rx1?: Window; readonly rx2?: Window } {
    const dataRate = this.#region.uplinkDataRateOf(modulation);
    const frequencyHz = this.#region.channelHz(heardHz, channelsHz);
    const [rx1, other = rx1] = (dwellTime.ofRx1 === undefined ? [true, false] : [dwellTime.ofRx1]).map(
      (dwellTime400) =>
        dataRate === undefined
          ? undefined
          : this.#region.rx1({ frequencyHz, dataRate }, { offset: rx1DrOffset, dwellTime400 }),
    );
    const isCertain = rx1?.dataRate === other?.dataRate;
    const [first, second] = [
      isCertain ? rx1 : undefined,
      { frequencyHz: this.#region.rx2.frequencyHz, dataRate: rx2DataRate },
    ].map((window) => {
      const on = window && this.#region.downlinkDataRates[window.dataRate];
      const maxMacPayload = window && this.#region.maxMacPayload(window.dataRate, dwellTime.ofSize);
      return window && on && maxMacPayload !== undefined && { ...window, modulation: on, maxMacPayload };
    });
    return { ...(first && { rx1: first }), ...(second && { rx2: second }) };
  }

  /** Never rejects. A station that does not say whether it sends may do so: then no other is asked. */
  async send(copies: readonly Reception[], answer: Answer): Promise<Sent> {
    let sent: Sent = { outcome: 'not-sent', why: say.noStationMaySend() };
    for (const copy of bestFirst(copies).slice(0, maxAsked)) {
      const { rx1, rx2 } = this.windows(copy, answer);
      const rx1At = copy.heardAt + answer.delayMs;
      const [first, second] = [
        this.#sendable(rx1, copy, rx1At, answer),
        this.#sendable(rx2, copy, rx1At + betweenWindowsMs, answer),
      ];
      if (first === undefined && second === undefined) continue;
      const { bytes, devEui, delayMs } = answer;
      sent = await copy.reply({ bytes, devEui, delayMs, ...(first && { rx1: first }), ...(second && { rx2: second }) });
      if (sent.outcome !== 'not-sent') return sent;
    }
    return sent;
  }

  /** Undefined if the frame is too long for the window. Join-accepts always have the same length: devices expect it. */
  #sendable(
    window: Window | undefined,
    { station }: Pick<Reception, 'station'>,
    at: number,
    { bytes, isJoinAccept }: Answer,
  ): SendWindow | undefined {
    if (window === undefined) return undefined;
    const { frequencyHz, modulation, maxMacPayload } = window;
    if (!isJoinAccept && bytes.length - aroundMacPayload > maxMacPayload) return undefined;
    return {
      frequencyHz,
      modulation,
      powerDbm: this.#region.downlinkPowerDbm(frequencyHz),
      book: () => this.#airTime.book(station, bytes.length, { frequencyHz, modulation }, at),
      free: () => this.#airTime.unbook(station, at),
    };
  }
}

/** By SNR, which decides whether it can be demodulated; among equals, by strength. */
function bestFirst(copies: readonly Reception[]): readonly Reception[] {
  return [...copies].sort((a, b) => (b.snr ?? 0) - (a.snr ?? 0) || b.rssi - a.rssi);
}
