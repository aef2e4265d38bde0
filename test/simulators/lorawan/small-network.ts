/** A network server of LoRaWAN 1.0 for tests of the city, with lora-packet: joins, one session a device, ACKs in RX1. */
import type { Clock } from '../../../shared/clock.ts';
import type { CityDevice } from '../../../simulators/lorawan/city.ts';
import type { AirFrame, RadioGateway, Transmission } from '../../../simulators/lorawan/radio.ts';
import { downlink10, hex, joinAccept10, loraPacket } from './lora-packet-network.ts';

interface Known {
  readonly appKey: string;
  readonly devNonces: Set<string>;
  session: Session | undefined;
}

interface Session {
  readonly devEui: string;
  readonly nwkSKey: Buffer;
  readonly appSKey: Buffer;
  lastUp: number;
  nextDown: number;
}

/** How long it waits for the same frame from other gateways. */
const GATHER_MS = 200;

export class SmallNetwork {
  isDeaf: boolean;
  readonly devNonces: string[] = [];
  /** Sequence numbers by DevEUI. */
  readonly stored = new Map<string, number[]>();
  /** Receptions, frames, and frames that it did not take. */
  heard = 0;
  frames = 0;
  refused = 0;
  readonly #clock: Clock;
  readonly #lateMs: number;
  readonly #known = new Map<string, Known>();
  readonly #sessions = new Map<string, Session>();
  readonly #gathering = new Set<string>();
  #joins = 0;

  constructor({ clock, isDeaf = false, lateMs = 0 }: { clock: Clock; isDeaf?: boolean; lateMs?: number }) {
    this.#clock = clock;
    this.isDeaf = isDeaf;
    this.#lateMs = lateMs;
  }

  register(devices: readonly CityDevice[]): void {
    for (const { devEui, activation } of devices) {
      this.stored.set(devEui, []);
      if ('appKey' in activation)
        this.#known.set(devEui, { appKey: activation.appKey, devNonces: new Set(), session: undefined });
    }
  }

  openGateway = (eui: string): RadioGateway => {
    const listeners = new Set<(transmission: Transmission) => void>();
    const send = async (transmission: Transmission) => {
      await this.#clock.sleep(transmission.startsAtMs - this.#clock.moment().monotonic, new AbortController().signal);
      for (const listener of listeners) listener(transmission);
    };
    return {
      eui,
      hear: (frame) => this.#hear(frame, (transmission) => void send(transmission)),
      onTransmit(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: async () => undefined,
    };
  };

  #hear(frame: AirFrame, send: (transmission: Transmission) => void): void {
    this.heard++;
    const bytes = Buffer.from(frame.phyPayload);
    const key = bytes.toString('hex');
    if (this.#gathering.has(key)) return;
    this.#gathering.add(key);
    void this.#clock.sleep(GATHER_MS, new AbortController().signal).then(() => this.#gathering.delete(key));
    this.frames++;
    const packet = loraPacket.fromWire(bytes);
    const isJoin = packet.isJoinRequestMessage();
    if (isJoin) this.devNonces.push(bytes.toString('hex', 17, 19));
    if (this.isDeaf) return;
    const answer = isJoin ? this.#join(bytes) : this.#take(bytes);
    if (answer === undefined) return;
    const { frequencyHz, spreadingFactor, bandwidthKhz } = frame;
    const startsAtMs = frame.endedAtMs + (isJoin ? 5000 : 1000) + this.#lateMs;
    send({ phyPayload: answer, frequencyHz, spreadingFactor, bandwidthKhz, startsAtMs });
  }

  #join(bytes: Buffer): Buffer | undefined {
    const packet = loraPacket.fromWire(bytes);
    const devEui = packet.DevEUI?.toString('hex') ?? '';
    const devNonce = packet.DevNonce ?? Buffer.alloc(2);
    const known = this.#known.get(devEui);
    if (known === undefined || known.devNonces.has(devNonce.toString('hex'))) {
      this.refused++;
      return undefined;
    }
    known.devNonces.add(devNonce.toString('hex'));
    const joinNonce = (++this.#joins).toString(16).padStart(6, '0');
    const devAddr = this.#joins.toString(16).padStart(8, '0');
    const keys = loraPacket.generateSessionKeys(hex(known.appKey), hex('000000'), hex(joinNonce), devNonce);
    const session = { devEui, nwkSKey: keys.NwkSKey, appSKey: keys.AppSKey, lastUp: -1, nextDown: 0 };
    this.#sessions.set(devAddr, session);
    known.session = session;
    return joinAccept10(hex(known.appKey), { joinNonce, devAddr });
  }

  #take(bytes: Buffer): Buffer | undefined {
    const packet = loraPacket.fromWire(bytes);
    const devAddr = packet.DevAddr?.toString('hex') ?? '';
    const session = this.#sessions.get(devAddr);
    const fCnt = packet.getFCnt() ?? -1;
    const isCurrent = session !== undefined && this.#known.get(session.devEui)?.session === session;
    if (!isCurrent || fCnt < session.lastUp || !loraPacket.verifyMIC(packet, session.nwkSKey)) {
      this.refused++;
      return undefined;
    }
    if (fCnt > session.lastUp) {
      session.lastUp = fCnt;
      // Cayenne LPP: temperature in channel 1 (4 bytes), then channel 2, generic (100), 4 bytes.
      const sequence = loraPacket.decrypt(packet, session.appSKey, session.nwkSKey).readUInt32BE(6);
      this.stored.get(session.devEui)?.push(sequence);
    }
    if (!packet.isConfirmed()) return undefined;
    return downlink10(session, { devAddr, fCnt: session.nextDown++, ack: true });
  }
}
