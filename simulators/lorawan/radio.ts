/** What travels on the air between LoRa devices and gateways. */

export interface DataRate {
  /** 7 to 12. */
  readonly spreadingFactor: number;
  readonly bandwidthKhz: number;
}

/** Frequency and modulation of an uplink. */
export interface Radio extends DataRate {
  readonly frequencyHz: number;
  /** Number of the data rate in its region (RP002 "data rate"). */
  readonly dataRate: number;
  /** Number of the channel in the device. */
  readonly channel: number;
}

/** An uplink as received by one gateway. */
export interface AirFrame extends DataRate {
  readonly phyPayload: Uint8Array;
  readonly frequencyHz: number;
  readonly dataRate: number;
  readonly channel: number;
  /** When its last symbol ended, on the clock's monotonic scale; the device's windows count from it. */
  readonly endedAtMs: number;
  /** dBm, and dB. */
  readonly rssi: number;
  readonly snr: number;
}

/** A downlink as transmitted by a gateway. */
export interface Transmission extends DataRate {
  readonly phyPayload: Uint8Array;
  readonly frequencyHz: number;
  /** On the clock's monotonic scale. */
  readonly startsAtMs: number;
}

/** A gateway, whatever protocol it speaks to its network server. */
export interface RadioGateway {
  /** 16 lower-case hexadecimal digits. */
  readonly eui: string;
  /** Forwards a frame. */
  hear(frame: AirFrame): void;
  /** Calls when a transmission begins; the returned function ends that. */
  onTransmit(listener: (transmission: Transmission) => void): () => void;
  close(): Promise<void>;
}

/**
 * Time on air, ms, of a frame of `bytes` at coding rate 4/5 with a header and 8 preamble symbols (Semtech SX1276 datasheet
 * §4.1.1.7). Uplinks carry a CRC, downlinks do not (LoRaWAN 1.0.4 §3). Low data rate optimisation from 16 ms per symbol on.
 */
export function timeOnAirMs({ spreadingFactor, bandwidthKhz }: DataRate, bytes: number, hasCrc: boolean): number {
  const symbolMs = 2 ** spreadingFactor / bandwidthKhz;
  const bitsASymbol = 4 * (spreadingFactor - (symbolMs >= 16 ? 2 : 0));
  const bits = 8 * bytes - 4 * spreadingFactor + 28 + (hasCrc ? 16 : 0);
  const payloadSymbols = 8 + Math.max(0, Math.ceil(bits / bitsASymbol)) * 5;
  return (8 + 4.25 + payloadSymbols) * symbolMs;
}
