/**
 * How an answer gets to a device: through which station, in which receive window, on which channel.
 *
 * The station that heard the device best is asked first, then others, `maxAsked` in all. RX1 is preferred to RX2; a window is
 * skipped if the station is busy then or the law forbids it (air-time.ts).
 */

import type { Region } from '../../devices/lorawan/region.ts';
import type { Text } from '../../shared/text.ts';
import { betweenWindowsMs, type ReceiveWindow, type Reception, type Sent } from '../ports/radio.ts';
import type { AirTime } from './air-time.ts';
import { say } from './words.ts';

const maxAsked = 3;

export interface Answer {
  readonly bytes: Uint8Array;
  readonly devEui: string;
  /** Until RX1. */
  readonly delayMs: number;
  readonly rx1DrOffset: number;
  readonly rx2DataRate: number;
  readonly dwellTime400: boolean;
  /** Channels that the device knows beyond those it joins on. */
  readonly channelsHz?: readonly number[];
}

export class Answers {
  readonly #region: Region;
  readonly #airTime: AirTime;

  constructor(region: Region, airTime: AirTime) {
    this.#region = region;
    this.#airTime = airTime;
  }

  /** The receive windows an uplink has opened. RX1 is absent if the region defines none for it. */
  windows(
    { frequencyHz: heardHz, modulation }: Pick<Reception, 'frequencyHz' | 'modulation'>,
    { rx1DrOffset, rx2DataRate, dwellTime400, channelsHz }: Omit<Answer, 'bytes' | 'devEui' | 'delayMs'>,
  ): { readonly rx1?: ReceiveWindow & { dataRate: number }; readonly rx2?: ReceiveWindow & { dataRate: number } } {
    const dataRate = this.#region.uplinkDataRateOf(modulation);
    const frequencyHz = this.#region.channelHz(heardHz, channelsHz);
    const rx1 =
      dataRate === undefined
        ? undefined
        : this.#region.rx1({ frequencyHz, dataRate }, { offset: rx1DrOffset, dwellTime400 });
    const [first, second] = [rx1, { frequencyHz: this.#region.rx2.frequencyHz, dataRate: rx2DataRate }].map(
      (window) => {
        const on = window && this.#region.downlinkDataRates[window.dataRate];
        return window && on && { ...window, modulation: on };
      },
    );
    return { ...(first && { rx1: first }), ...(second && { rx2: second }) };
  }

  /** Never rejects. */
  async send(copies: readonly Reception[], answer: Answer): Promise<Sent> {
    const { bytes, devEui, delayMs } = answer;
    let why: Text = say.noStationMaySend();
    for (const copy of bestFirst(copies).slice(0, maxAsked)) {
      const { rx1, rx2 } = this.windows(copy, answer);
      const rx1At = copy.at.monotonic + delayMs;
      const book = (window: ReceiveWindow | undefined, at: number) =>
        window !== undefined && this.#airTime.book(copy.station, bytes.length, window, at);
      const isFirst = book(rx1, rx1At);
      if (!isFirst && !book(rx2, rx1At + betweenWindowsMs)) continue;
      const sent = await copy.reply({
        bytes,
        devEui,
        delayMs,
        ...(isFirst && rx1 && { rx1: bare(rx1) }),
        ...(rx2 && { rx2: bare(rx2) }),
        powerDbm: this.#region.downlinkPowerDbm((isFirst && rx1 ? rx1 : this.#region.rx2).frequencyHz),
      });
      if (sent.ok) return sent;
      this.#airTime.unbook(copy.station, isFirst ? rx1At : rx1At + betweenWindowsMs);
      why = sent.why;
    }
    return { ok: false, why };
  }
}

function bare({ frequencyHz, modulation }: ReceiveWindow): ReceiveWindow {
  return { frequencyHz, modulation };
}

/** By SNR, which decides whether it can be demodulated; among equals, by strength. */
function bestFirst(copies: readonly Reception[]): readonly Reception[] {
  return [...copies].sort((a, b) => (b.snr ?? 0) - (a.snr ?? 0) || b.rssi - a.rssi);
}
