/**
 * What a LoRa gateway (a "station": concentrator and packet forwarder) hears and sends, whatever its protocol.
 *
 * Radio ports make receptions, and the network server answers through them. A class A device listens only after it has
 * spoken, so every transmission is a reply to a reception, and no routing table is needed.
 */

import * as v from 'valibot';
import type { Rubbish } from '../../devices/device-type.ts';
import type { Modulation, RegionName } from '../../devices/lorawan/region.ts';
import type { Moment } from '../../shared/clock.ts';
import { plainDigits } from '../../shared/hex.ts';
import { listOf, must, setting } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import type { Retry } from '../net/keep-open.ts';
import { say } from './words.ts';

/** One frame as one station heard it. */
export interface Reception {
  /** Gateway EUI (EUI-64) of the station: 16 lower-case hexadecimal digits. */
  readonly station: string;
  /** The PHYPayload (LoRaWAN 1.0.4 §4). */
  readonly bytes: Uint8Array;
  readonly frequencyHz: number;
  readonly modulation: Modulation;
  /** dBm. */
  readonly rssi: number;
  /** dB; absent for FSK. */
  readonly snr?: number;
  /** When it reached this program. */
  readonly at: Moment;
  /** When it would have, had its line been as fast as it can be (`station-clocks.ts`): monotonic ms. */
  readonly heardAt: number;
  /** Epoch ms at which the station received it, by its own GPS. */
  readonly receivedAt?: number;
  /** Answers in the receive windows that this frame opened. Never rejects. */
  reply(answer: Reply): Promise<Sent>;
  /** The frame turned out to be a new one of a registered device. */
  delivered(): void;
}

/** WGS 84 degrees. */
export interface StationPlace {
  readonly lat: number;
  readonly lon: number;
}

export interface ReceiveWindow {
  readonly frequencyHz: number;
  readonly modulation: Modulation;
}

/** A receive window in which a station may be asked to send. */
export interface SendWindow extends ReceiveWindow {
  /** Radiated power, dBm EIRP. */
  readonly powerDbm: number;
  /** Books the station's air time before it is asked; false if it is busy then, or the law forbids it. */
  book(): boolean;
  /** Gives the air time back: the station will not send in this window. */
  free(): void;
}

/** A downlink for a class A device, in one window or in the first of two that the station can still reach. */
export interface Reply {
  readonly bytes: Uint8Array;
  /** EUI-64 of the device, needed by Basics Station; 16 lower-case hexadecimal digits. */
  readonly devEui: string;
  /** From the end of the uplink to RX1, ms: a whole number of seconds, 1,000 to 15,000. */
  readonly delayMs: number;
  readonly rx1?: SendWindow;
  /** A second later. */
  readonly rx2?: SendWindow;
}

/** Whether the station took the transmission, and if not, why. Unknown: it was asked, and has not said whether it sends. */
export type Sent = { readonly outcome: 'sent' } | { readonly outcome: 'not-sent' | 'unknown'; readonly why: Text };

/** What takes what the stations of a port hear. */
export interface RadioReceiver {
  opened(): void;
  heard(reception: Reception): void;
  /** A station has sent something, `bytes` long: a sign of life. */
  alive(station: string, bytes: number): void;
  /** A station tells where it stands, by its own GPS or its settings. */
  placed(station: string, place: StationPlace): void;
  /** A station made room for another (`station-table.ts`). */
  forgotten(station: string): void;
  rubbish(rubbish: Rubbish): void;
  /** The port is gone or could not be opened, and why. */
  closed(why: Text, retry?: Retry): void;
}

/** A port to which stations talk. */
export interface RadioPort {
  readonly shape: 'radio';
  /** Where it listens, for the technician: "udp://127.0.0.1:1700". */
  readonly path: string;
  run(receiver: RadioReceiver, signal: AbortSignal): Promise<void>;
}

/** What a station must know of the channels of the network. */
export interface ChannelPlan {
  readonly region: RegionName;
  /** Besides the join channels, Hz. */
  readonly channels: readonly number[];
  /** 1 to 8. */
  readonly subBand: number;
}

/** The most stations that a port knows at once. */
export const maxStations = 256;

/** From RX1 to RX2 (LoRaWAN 1.0.4 §3.3). */
export const betweenWindowsMs = 1_000;

/** An EUI-64 in a configuration, however it is printed. */
export const eui = v.pipe(
  v.string(must(say.mustBeEui())),
  v.transform(plainDigits),
  v.regex(/^[0-9a-f]{16}$/, must(say.mustBeEui())),
);

/** The setting `stations` of a radio port. */
export const stations = v.optional(setting(listOf(eui, maxStations), say.loopbackStations()), []);
