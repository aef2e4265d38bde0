/**
 * One connected LoRa Basics Station: its messages → receptions, and the answers on their way back.
 *
 * The station confirms that it sent an answer (`dntxed`) and is silent if it could not: too late, no room, channel busy. So
 * an answer counts as not sent if nothing is heard `marginMs` after the end of its last window. The station sets its power
 * itself, by its region. Bound: `maxUnanswered` answers; then the oldest counts as not sent.
 */

import { epochToGpsMs, gpsToEpochMs } from '../../../devices/lorawan/gps-time.ts';
import { type Region, timeOnAirMs } from '../../../devices/lorawan/region.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Log } from '../../machine/log.ts';
import { Unanswered } from '../../net/unanswered.ts';
import {
  betweenWindowsMs,
  type RadioReceiver,
  type ReceiveWindow,
  type Reception,
  type Reply,
  type Sent,
} from '../radio.ts';
import { say as portWords } from '../words.ts';
import { downlinkMessage, parseStationMessage, type StationUplink, timeMessage } from './messages.ts';
import { say } from './words.ts';

const maxUnanswered = 100;
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
  /** By id: whether it sent the answer. */
  readonly #unanswered: Unanswered<number, boolean>;
  #isGone = false;
  #id = 0;

  constructor(options: LnsStationOptions) {
    this.#options = options;
    this.#unanswered = new Unanswered(options.clock, maxUnanswered, false);
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
        this.#unanswered.answer(message.id, true);
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

  /** The station is gone: what it has not confirmed counts as not sent. */
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
    receiver.heard({
      station: eui,
      bytes,
      frequencyHz,
      modulation,
      rssi,
      ...(modulation.kind === 'lora' && { snr }),
      at,
      ...(gpsTimeUs !== undefined && { receivedAt: Math.round(gpsToEpochMs(gpsTimeUs / 1000)) }),
      reply: (reply) => this.#reply(uplink, at, reply),
      delivered,
    });
  }

  async #reply(
    { context }: StationUplink,
    at: Reception['at'],
    { bytes, devEui, delayMs, rx1, rx2 }: Reply,
  ): Promise<Sent> {
    const { clock, send } = this.#options;
    if (this.#isGone) return { ok: false, why: say.gone() };
    const [first, second] = [this.#window(rx1), this.#window(rx2)];
    const last = second === undefined ? rx1 : rx2;
    if (last === undefined || (first ?? second) === undefined) return { ok: false, why: portWords.noWindow() };
    const lastOpensAt = at.monotonic + delayMs + (second === undefined ? 0 : betweenWindowsMs);
    const now = clock.moment().monotonic;
    if (now >= lastOpensAt) return { ok: false, why: say.tooLate() };

    const id = ++this.#id;
    const waitMs = lastOpensAt - now + timeOnAirMs(bytes.length, last.modulation, { crc: false }) + marginMs;
    const isSent = await this.#unanswered.ask(id, waitMs, () =>
      send(downlinkMessage({ id, bytes, devEui, delayS: delayMs / 1000, rx1: first, rx2: second, context })),
    );
    return isSent ? { ok: true } : { ok: false, why: say.notConfirmed() };
  }

  #window(window: ReceiveWindow | undefined) {
    const dataRate = window && this.#options.region.downlinkDataRateOf(window.modulation);
    return window && dataRate !== undefined ? { dataRate, frequencyHz: window.frequencyHz } : undefined;
  }
}
