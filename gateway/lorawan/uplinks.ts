/**
 * Processes a device's data frame, from its MIC to what is stored and answered.
 *
 *   frame ──▶ whose? new? ──▶ MAC commands, ADR ──▶ payload: codec ──▶ readings, counters: one commit ──▶ answer
 *
 * Promise: the frame counter is committed together with the frame's readings, and only then is the device answered. So whatever
 * it considers acknowledged is on the disk, and nothing is stored twice. A failed commit leaves everything as it was, so the
 * device's next try counts. A retransmission is answered again, at most `maxAnswers` times in all; a late copy is not.
 */
import type { Rubbish, RubbishCode, Step } from '../../devices/device-type.ts';
import { linkMarginDb } from '../../devices/lorawan/adr.ts';
import { composeDownlink, type DownlinkContent } from '../../devices/lorawan/downlink.ts';
import { epochToGpsMs } from '../../devices/lorawan/gps-time.ts';
import { judgeUplink, type Opened, openUplink, type Verdict } from '../../devices/lorawan/judge-uplink.ts';
import { answerMacCommands } from '../../devices/lorawan/mac-answers.ts';
import { countersAt, countersToSend } from '../../devices/lorawan/openings.ts';
import type { DataFrame } from '../../devices/lorawan/phy-payload.ts';
import type { Region } from '../../devices/lorawan/region.ts';
import {
  type Counters,
  countersAfterReset,
  firstCounters,
  isOneOne,
  type Session,
} from '../../devices/lorawan/session.ts';
import { hexBytes, toHex } from '../../shared/hex.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Config } from '../config/settings.ts';
import { answerContent } from './answer-content.ts';
import type { Answer, Answers } from './answers.ts';
import type { DeviceStates, Remember, Sessions } from './device-states.ts';
import { heardFrom, resultReading, sending } from './downlink-queue.ts';
import { type Heard, radioOf } from './heard.ts';
import { LateCopies } from './late-copies.ts';
import type { Payloads } from './payloads.ts';
import { beyondLimit, type RateLimits } from './rate-limits.ts';
import type { RegisteredDevice } from './registered-device.ts';
import { dwellTimeOf, isPleaDue, networkRequests, type Request } from './requests.ts';
import { say } from './words.ts';

const maxAnswers = 8;

export interface UplinkOptions {
  readonly states: DeviceStates;
  readonly payloads: Payloads;
  readonly answers: Answers;
  readonly limits: RateLimits;
  readonly region: Region;
  readonly config: Config['lorawan'];
}

/** The outcome of a frame: to be committed, then answered. */
export interface Processed {
  readonly device: RegisteredDevice;
  readonly verdict: Verdict['kind'] | 'late-copy';
  readonly step: Step;
  /** In force once the step is committed. */
  readonly sessions: Sessions;
  readonly answer?: Answer;
  /** Counter of the queued downlink in the answer. */
  readonly carries?: number;
  /** The network's requests in the answer. */
  readonly requests?: readonly Request[];
}

type Windows = Omit<Answer, 'bytes' | 'devEui' | 'isJoinAccept'>;

interface Found {
  readonly sessions: Sessions;
  readonly session: Session;
  readonly counters: Counters;
  readonly verdict: Verdict;
}

export class Uplinks {
  readonly #options: UplinkOptions;
  readonly #lateCopies = new LateCopies();

  constructor(options: UplinkOptions) {
    this.#options = options;
  }

  /** Undefined if the frame fits no device's session. */
  async process(frame: DataFrame, heard: Heard): Promise<Processed | undefined> {
    const [best] = heard.copies;
    const found = this.#find(frame, heard);
    if (found === undefined) return undefined;
    const { verdict, sessions } = found;
    const { device } = sessions;
    if (verdict.kind === 'retransmission') {
      const isLate = this.#lateCopies.isLate(nameOf(found), heard.arrivedAt);
      if (isLate) return { device, sessions, verdict: 'late-copy', step: {} };
      this.#lateCopies.heard(nameOf(found), heard.arrivedAt, found.session.rx1DelayMs);
      return this.#again(frame, heard, found);
    }
    const isReset = verdict.kind === 'counter-reset' && device.allowsCounterReset;
    if (verdict.kind !== 'fresh' && !isReset) {
      return { device, sessions, verdict: verdict.kind, step: { rubbish: [whyNot(verdict, found, best.bytes)] } };
    }
    this.#lateCopies.heard(nameOf(found), heard.arrivedAt, found.session.rx1DelayMs);
    return this.#fresh(frame, heard, isReset ? { ...found, counters: countersAfterReset(found.counters) } : found);
  }

  /** A device with this DevAddr whose keys have never matched a frame. */
  neverHeard(devAddr: string): RegisteredDevice | undefined {
    const { states } = this.#options;
    return states
      .withDevAddr(devAddr)
      .flatMap((devEui) => states.get(devEui)?.device ?? [])
      .find((device) => states.counters(device).up === undefined);
  }

  /** Which device with this DevAddr has sent it. */
  #find(frame: DataFrame, { copies }: Heard): Found | undefined {
    const { states } = this.#options;
    for (const devEui of states.withDevAddr(frame.devAddr)) {
      const sessions = states.get(devEui);
      if (sessions === undefined) continue;
      const isAbp = sessions.device.activation === 'abp';
      for (const session of [sessions.pending, sessions.current]) {
        if (session?.devAddr !== frame.devAddr) continue;
        const isPending = session === sessions.pending;
        const counters = isPending ? firstCounters(session) : states.counters(sessions.device);
        const verdict = this.#judge(frame, copies, { session, counters, isAbp });
        if (verdict === undefined) continue;
        const now = isPending ? { device: sessions.device, current: session } : sessions;
        return { sessions: now, session, counters, verdict };
      }
    }
    return undefined;
  }

  /** In 1.1 the MIC covers the channel, which a station may get wrong if the signal spills over from a neighbouring one. */
  #judge(
    frame: DataFrame,
    copies: Heard['copies'],
    device: Parameters<typeof judgeUplink>[2],
  ): ReturnType<typeof judgeUplink> {
    const { region } = this.#options;
    for (const { bytes, frequencyHz, modulation } of copies) {
      const txDr = region.uplinkDataRateOf(modulation) ?? 0;
      const txCh = region.channelOf(frequencyHz, device.session.channelsHz) ?? 0;
      const verdict = judgeUplink(frame, bytes, device, { txDr, txCh });
      if (verdict !== undefined || !isOneOne(device.session)) return verdict;
    }
    return undefined;
  }

  async #fresh(frame: DataFrame, heard: Heard, found: Found): Promise<Processed> {
    const { states, payloads, limits, region } = this.#options;
    const { sessions, session, verdict } = found;
    const { device } = sessions;
    const { devEui } = device;
    const [best] = heard.copies;
    const { fCnt } = verdict;
    const opened = openUplink(frame, session, fCnt);
    const bestSnr =
      best.snr === undefined ? undefined : Math.max(...heard.copies.map(({ snr = best.snr ?? 0 }) => snr));
    const dataRate = region.uplinkDataRateOf(best.modulation);
    const mac = answerMacCommands(
      opened.macCommands,
      {
        dataRate,
        marginDb: linkMarginDb(bestSnr, best.modulation),
        stations: heard.copies.length,
        gpsTimeS: heard.isClockSet ? epochToGpsMs(heard.observedAt) / 1000 : undefined,
      },
      found.counters.adr,
    );
    const isTold = opened.macCommands.some(({ name }) => name === 'TxParamSetupAns');
    let counters: Counters = {
      ...found.counters,
      up: fCnt,
      mic: toHex(frame.mic),
      answers: 1,
      adr: mac.adr,
      told: { ...found.counters.told, isAnswered: found.counters.told.isAnswered || isTold },
    };

    const isAllowed = limits.allows(device.project);
    const step = isAllowed
      ? await this.#readings(payloads, { device, opened, heard, fCnt })
      : { rubbish: [beyondLimit(device, best.bytes)] };
    const readings: Reading[] = [...(step.readings ?? [])];
    if (mac.status !== undefined && isAllowed) {
      readings.push({ device: device.id, kind: 'status', observedAt: heard.observedAt, values: mac.status });
    }

    const { queue, ended } = heardFrom(states.downlinks(device), heard.observedAt, frame.ack);
    for (const each of ended) readings.push(resultReading(device.id, heard.observedAt, each));

    const own = networkRequests(
      { frame, frequencyHz: best.frequencyHz, dataRate, snr: bestSnr, observedAt: heard.observedAt },
      session,
      counters,
      this.#options,
    );
    counters = own.counters;
    const windows = this.#windows(session, counters);
    const { rx1, rx2 } = this.#options.answers.windows(best, windows);
    const { next, blocks, maxMacPayload } = answerContent({
      answers: mac.answers,
      requests: own.requests,
      queued: queue.items,
      rooms: [rx1, rx2].flatMap((window) => window?.maxMacPayload ?? []),
    });
    const remember: Remember = new Map();
    let reply: Pick<Processed, 'answer' | 'carries' | 'requests'> = {};
    let queued = queue;
    const isConfirmed = frame.type === 'confirmed-data-up';
    if (isConfirmed || isPleaDue(counters) || blocks.length > 0 || next !== undefined) {
      const content: DownlinkContent = {
        ackOf: isConfirmed ? fCnt : undefined,
        blocks,
        data: next && { ...next, payload: hexBytes(next.payload) },
        fPending: next !== undefined && queue.items.length > 1,
      };
      const sendable = countersToSend(counters, states.opening, heard.observedAt);
      const downlink = composeDownlink(content, session, sendable, maxMacPayload);
      const requests = own.requests.filter(({ block }) => downlink.sent.includes(block));
      counters = requests.reduce((before, { asked }) => asked(before), downlink.counters);
      if (next !== undefined) queued = sending(queue, downlink.fCnt, next.id);
      reply = {
        answer: { bytes: downlink.bytes, devEui, ...windows },
        requests,
        ...(next !== undefined && { carries: downlink.fCnt }),
      };
    }
    states.rememberCounters(device, countersAt(counters, states.opening, heard.observedAt), remember);
    if (sessions.current !== states.get(devEui)?.current) states.rememberSessions(sessions, remember);
    if (queued.items.length > 0 || ended.length > 0) states.rememberDownlinks(device, queued, remember);
    return {
      device,
      verdict: 'fresh',
      sessions,
      step: { readings, rubbish: step.rubbish ?? [], remember },
      ...reply,
    };
  }

  /** The last frame again: it is already stored, but the device has not heard the answer. */
  #again(frame: DataFrame, { observedAt }: Heard, { sessions, session, counters, verdict }: Found): Processed {
    const { states } = this.#options;
    const { device } = sessions;
    const nothing: Processed = { device, sessions, verdict: 'retransmission', step: {} };
    if (frame.type !== 'confirmed-data-up' || counters.answers >= maxAnswers) return nothing;
    const content = { ackOf: verdict.fCnt, blocks: [], fPending: false };
    const sendable = countersToSend(counters, states.opening, observedAt);
    const downlink = composeDownlink(content, session, { ...sendable, answers: counters.answers + 1 }, 0);
    const remember: Remember = new Map();
    states.rememberCounters(device, downlink.counters, remember);
    const answer = { bytes: downlink.bytes, devEui: device.devEui, ...this.#windows(session, counters) };
    return { ...nothing, step: { remember }, answer };
  }

  /** Where the device listens. */
  #windows({ rx1DelayMs, rx1DrOffset, rx2DataRate, channelsHz }: Session, counters: Counters): Windows {
    const dwellTime = dwellTimeOf(counters, this.#options);
    return { delayMs: rx1DelayMs, rx1DrOffset, rx2DataRate, dwellTime, channelsHz };
  }

  async #readings(
    payloads: Payloads,
    { device, opened, heard, fCnt }: { device: RegisteredDevice; opened: Opened; heard: Heard; fCnt: number },
  ): Promise<Step> {
    if (opened.payload === undefined) return {};
    const radio = radioOf(heard.copies, fCnt);
    const arrival = { device: device.id, at: heard.observedAt, radio, isClockUnset: !heard.isClockSet };
    return payloads.decode({ project: device.project, ...opened.payload }, device.profile, arrival);
  }

  /** What to remember of requests that the station could not send: they were not made. */
  unasked(device: RegisteredDevice, requests: readonly Request[]): Step {
    const { states } = this.#options;
    const remember: Remember = new Map();
    const counters = requests.reduce((before, { unasked }) => unasked(before), states.counters(device));
    states.rememberCounters(device, counters, remember);
    return { remember };
  }
}

function nameOf({ sessions, verdict }: Found): string {
  return `${sessions.device.devEui} ${verdict.fCnt}`;
}

function whyNot({ kind, fCnt }: Verdict, { sessions, counters }: Found, bytes: Uint8Array): Rubbish {
  const code: RubbishCode = kind === 'counter-reset' ? 'counter-reset' : 'replay';
  const detail =
    kind === 'counter-reset'
      ? say.countsAgain({ fCnt, last: counters.up ?? '' })
      : say.cameBefore({ fCnt, last: counters.up ?? '' });
  return { code, bytes, device: sessions.device.id, detail };
}
