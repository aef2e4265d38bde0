/**
 * One connected LoRa Basics Station: its messages → receptions, and the answers on their way back.
 *
 * The station confirms that it sent an answer (`dntxed`) and is silent if it could not: too late, no room, channel busy. So
 * an answer counts as not sent if nothing is heard `marginMs` after the end of its last window; as unknown, if this station has
 * never confirmed anything or is gone. The station sets its power itself, by its region. Bound: `maxUnanswered` answers; then
 * the oldest counts as unconfirmed.
 */
import { epochToGpsMs, gpsToEpochMs } from '../../../devices/lorawan/gps-time.ts';
import { type Region, timeOnAirMs } from '../../../devices/lorawan/region.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Log } from '../../machine/log.ts';
import { Unanswered } from '../../net/unanswered.ts';
import { betweenWindowsMs, type RadioReceiver, type Reply, type SendWindow, type Sent } from '../radio.ts';
import { StationClocks } from '../station-clocks.ts';
import { say as portWords } from '../words.ts';
import {
  type Confirmation,
  downlinkMessage,
  parseStationMessage,
  type StationUplink,
  timeMessage,
} from './messages.ts';
import { say } from './words.ts';

const maxUnanswered = 100;
/** The lower 48 bits of `xtime` count microseconds since the station started. */
const xtimeWrapsMs = 2 ** 48 / 1_000;
/** A message's way there and back over a slow mobile link. */
const marginMs = 2_000;

export interface LnsStationOptions {
  /** 16 hexadecimal digits. */
  readonly eui: string;
  readonly region: Region;
  /** `router_config` as text, sent once the station has introduced itself. */
  readonly routerConfig: string;
  readonly receiver: RadioReceiver;
  readonly clock: Clock;
  readonly log: Log;
  send(text: string): void;
  /** A frame of it turned out to be a new one of a registered device. */
  delivered(): void;
}

export class LnsStation {
  readonly #options: LnsStationOptions;
  /** By id: its confirmation. */
  readonly #unanswered: Unanswered<number, Confirmation | undefined>;
  readonly #clocks = new StationClocks(xtimeWrapsMs);
  #isGone = false;
  #hasConfirmed = false;
  #id = 0;

  constructor(options: LnsStationOptions) {
    this.#options = options;
    this.#unanswered = new Unanswered<number, Confirmation | undefined>(options.clock, maxUnanswered, undefined);
  }

  /** Takes a message of the station. */
  take(text: string): void {
    const { receiver, clock, log, routerConfig, send } = this.#options;
    const parsed = parseStationMessage(text);
    if (!parsed.ok) {
      receiver.rubbish({ code: parsed.code, bytes: Buffer.from(text), detail: parsed.detail });
      return;
    }
    const { message } = parsed;
    switch (message.kind) {
      case 'version':
        log.info('A LoRa gateway is configured', { version: message.station, model: message.model });
        send(routerConfig);
        return;
      case 'uplink':
        this.#heard(message);
        return;
      case 'sent':
        this.#hasConfirmed = true;
        this.#unanswered.answer(message.id, message);
        return;
      case 'time-wanted': {
        const { wall, synchronised } = clock.moment();
        if (synchronised) send(timeMessage(message.txtime, epochToGpsMs(wall) * 1000));
        return;
      }
      case 'other':
        log.debug('A message of a LoRa gateway is not used', { msgtype: message.msgtype });
    }
  }

  /** The station is gone: whether it sends what it has not confirmed is unknown. */
  end(): void {
    this.#isGone = true;
    this.#unanswered.end();
  }

  #heard(uplink: StationUplink): void {
    const { eui, region, receiver, clock, delivered } = this.#options;
    const { bytes, frequencyHz, dataRate, rssi, snr, gpsTimeUs } = uplink;
    const modulation = region.uplinkDataRates[dataRate];
    if (modulation === undefined) {
      receiver.rubbish({ code: 'malformed', bytes, detail: say.noDataRate({ dataRate }) });
      return;
    }
    const at = clock.moment();
    const ticksMs = Number(BigInt.asUintN(48, uplink.context.xtime)) / 1_000;
    const heardAt = this.#clocks.heardAt(eui, ticksMs, at.monotonic);
    receiver.heard({
      station: eui,
      bytes,
      frequencyHz,
      modulation,
      rssi,
      ...(modulation.kind === 'lora' && { snr }),
      at,
      heardAt,
      ...(gpsTimeUs !== undefined && { receivedAt: Math.round(gpsToEpochMs(gpsTimeUs / 1000)) }),
      reply: (reply) => this.#reply(uplink, at.monotonic, reply),
      delivered,
    });
  }

  async #reply(
    { context }: StationUplink,
    arrivedAt: number,
    { bytes, devEui, delayMs, rx1, rx2 }: Reply,
  ): Promise<Sent> {
    const { clock, send } = this.#options;
    if (this.#isGone) return { outcome: 'not-sent', why: say.gone() };
    const first = this.#choice(rx1, arrivedAt + delayMs);
    const second = this.#choice(rx2, arrivedAt + delayMs + betweenWindowsMs);
    const last = second ?? first;
    if (last === undefined) {
      const isLate = clock.moment().monotonic >= arrivedAt + delayMs + (rx2 === undefined ? 0 : betweenWindowsMs);
      return { outcome: 'not-sent', why: isLate ? say.tooLate() : portWords.noWindow() };
    }
    const id = ++this.#id;
    const airTimeMs = timeOnAirMs(bytes.length, last.window.modulation, { crc: false });
    const waitMs = last.opensAt - clock.moment().monotonic + airTimeMs + marginMs;
    const confirmation = await this.#unanswered.ask(id, waitMs, () =>
      send(downlinkMessage({ id, bytes, devEui, delayS: delayMs / 1000, rx1: first?.on, rx2: second?.on, context })),
    );
    if (confirmation !== undefined) {
      const unused = first === undefined || isInSecond(confirmation, context, delayMs) ? first : second;
      unused?.window.free();
      return { outcome: 'sent' };
    }
    if (first !== undefined) second?.window.free(); // it sends once, and tries RX1 first
    if (this.#isGone || !this.#hasConfirmed) return { outcome: 'unknown', why: say.notConfirmed() };
    (first ?? second)?.window.free();
    return { outcome: 'not-sent', why: say.notConfirmed() };
  }

  /** A window that it can still reach and may use, with its air time booked. */
  #choice(window: SendWindow | undefined, opensAt: number) {
    const dataRate = window && this.#options.region.downlinkDataRateOf(window.modulation);
    if (window === undefined || dataRate === undefined) return undefined;
    if (this.#options.clock.moment().monotonic >= opensAt || !window.book()) return undefined;
    return { window, opensAt, on: { dataRate, frequencyHz: window.frequencyHz } };
  }
}

/** By the station's own time, µs in the lower 48 bits: nearer to RX2 than to RX1. */
function isInSecond({ xtime }: Confirmation, { xtime: heardAt }: StationUplink['context'], delayMs: number): boolean {
  if (xtime === undefined) return false;
  const afterMs = Number((xtime - heardAt) / 1000n) - delayMs;
  return afterMs >= betweenWindowsMs / 2 && afterMs < 2 * betweenWindowsMs;
}
