/**
 * What a LoRa gateway (a "station": concentrator and packet forwarder) hears and sends, whatever protocol joins it to us.
 *
 * The ports `lorawan-udp` and `basics-station` make receptions; the network server answers through them. A class A device
 * listens only after it has spoken, so every transmission is a reply to a reception and there is no routing table.
 */
import type { Rubbish } from '../../devices/device-type.ts';
import type { Modulation } from '../../devices/lorawan/region.ts';
import type { Moment } from '../../shared/clock.ts';
import type { PortSurroundings } from '../net/keep-open.ts';

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
  /** dB; a station gives none for FSK. */
  readonly snr?: number;
  /** When it reached this program. */
  readonly at: Moment;
  /** Epoch ms at which the station received it, by its own GPS. */
  readonly receivedAt?: number;
  /** Sends an answer in the receive windows that this frame has opened. Never rejects. */
  reply(answer: Reply): Promise<Sent>;
}

export interface ReceiveWindow {
  readonly frequencyHz: number;
  readonly modulation: Modulation;
}

/** A downlink for a class A device, in one window or in the first of two that the station can still do. */
export interface Reply {
  readonly bytes: Uint8Array;
  /** EUI-64 of the device, which Basics Station wants to know; 16 lower-case hexadecimal digits. */
  readonly devEui: string;
  /** From the end of the uplink to RX1, ms: a whole number of seconds, 1,000 to 15,000. */
  readonly delayMs: number;
  readonly rx1?: ReceiveWindow;
  /** A second later. */
  readonly rx2?: ReceiveWindow;
  /** Radiated power, dBm EIRP. */
  readonly powerDbm: number;
}

/** Whether the station took the transmission, and if not why: "too late", "no such frequency", "no answer". */
export type Sent = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** What takes what the stations of a port hear. */
export interface RadioReceiver {
  opened(): void;
  heard(reception: Reception): void;
  /** A station has said something: a sign of life, `bytes` long. */
  alive(station: string, bytes: number): void;
  rubbish(rubbish: Rubbish): void;
  /** The port is gone or could not be opened, and why. */
  closed(why: string): void;
}

/** A port to which stations talk. It listens again, for ever, until the signal aborts; nothing makes `run` reject. */
export interface RadioPort {
  /** Where it listens, for the technician: "udp://127.0.0.1:1700". */
  readonly path: string;
  run(receiver: RadioReceiver, signal: AbortSignal): Promise<void>;
}

export type RadioSurroundings = PortSurroundings;

/** Most stations that a port knows at once; a further one is rubbish. */
export const maxStations = 256;

/** From RX1 to RX2 (LoRaWAN 1.0.4 §3.3). */
export const betweenWindowsMs = 1_000;

/** Of a station that the configuration does not name. */
export function notWelcome(station: string): string {
  return `LoRa gateway ${station} is not among the stations of this port`;
}
