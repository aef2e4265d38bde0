/**
 * MAC requests the network itself adds to an answer: channels, data rate and power, dwell times, battery.
 *
 * Promise: a request counts as asked only if it went out, and each is repeated only so often to a device that does not answer.
 */
import { type AdrRequest, adapt, heardAt, mayAsk } from '../../devices/lorawan/adr.ts';
import type { CommandBlock } from '../../devices/lorawan/downlink.ts';
import type { DataFrame } from '../../devices/lorawan/phy-payload.ts';
import { hasDwellTimes, type Region } from '../../devices/lorawan/region.ts';
import type { AdrState, Counters, Session } from '../../devices/lorawan/session.ts';
import type { Config } from '../config/settings.ts';
import type { DwellTime } from './answers.ts';
import { channelsOf } from './joins.ts';

/** A device may not know TxParamSetupReq, so it is asked only this often. */
const maxTold = 4;
/** A device that keeps asking whether the network hears it (ADRACKReq) may not hear the answers: then only every eighth is answered. */
const maxPleasInARow = 8;

interface Network {
  readonly region: Region;
  readonly config: Config['lorawan'];
}

/** What was learned of the radio from the uplink. */
interface Uplink {
  readonly frame: DataFrame;
  readonly frequencyHz: number;
  readonly dataRate: number | undefined;
  readonly snr: number | undefined;
  readonly observedAt: number;
}

export interface Request {
  readonly block: CommandBlock;
  /** Goes before everything else. */
  readonly isUrgent?: boolean;
  /** The counters once it is on its way. */
  asked(counters: Counters): Counters;
  /** The counters after the station could not send it. */
  unasked(counters: Counters): Counters;
}

/** The requests that are due, the most important first, and the counters after the uplink. */
export function networkRequests(
  uplink: Uplink,
  session: Session,
  before: Counters,
  network: Network,
): { readonly requests: readonly Request[]; readonly counters: Counters } {
  const { frame, dataRate, snr, observedAt } = uplink;
  const { region, config } = network;
  const isAdr = config.adr && frame.adr && dataRate !== undefined;
  const heard = isAdr ? heardAt(before.adr, dataRate, snr) : before.adr;
  const pleas = frame.adrAckReq ? heard.pleas + 1 : 0;
  const isMasked = heard.isMasked && !hasLostMask(uplink, before.adr.dataRate, session, network);
  const adr: AdrState = { ...heard, pleas, isMasked };
  const { told, statusAskedAt } = before;
  const requests = linkAdrRequests(adr, uplink, session, network);
  if (hasDwellTimes(region) && !told.isAnswered && told.times < maxTold) {
    const { downlinkDwellTime, uplinkDwellTime } = config;
    const retold = (counters: Counters, by: number): Counters => ({
      ...counters,
      told: { ...counters.told, times: Math.max(0, counters.told.times + by) },
    });
    requests.push({
      block: [{ name: 'TxParamSetupReq', downlinkDwellTime, uplinkDwellTime, maxEirpDbm: region.maxEirpDbm }],
      asked: (counters) => retold(counters, 1),
      unasked: (counters) => retold(counters, -1),
    });
  }
  if (statusAskedAt === undefined || observedAt - statusAskedAt >= config.deviceStatusEveryMs) {
    requests.push({
      block: [{ name: 'DevStatusReq' }],
      asked: (counters) => ({ ...counters, statusAskedAt: observedAt }),
      unasked: (counters) => ({ ...counters, statusAskedAt }),
    });
  }
  return { requests, counters: { ...before, adr } };
}

/** Whether an ADRACKReq must be answered. */
export function isPleaDue({ adr: { pleas } }: Counters): boolean {
  return pleas > 0 && (pleas <= maxPleasInARow || pleas % maxPleasInARow === 0);
}

/**
 * Whether a device keeps to 400 ms for downlinks. Until it has answered only the device knows: RP002-1.0.4 has no limit as its
 * default, stacks of earlier releases had one. Longer frames wait for the answer, but not for ever: devices must take them
 * whatever their setting (RP002-1.0.5 §3.10.6).
 */
export function dwellTimeOf({ told }: Counters, { region, config }: Network): DwellTime {
  if (!hasDwellTimes(region)) return { ofRx1: false, ofSize: false };
  const isOpen = !told.isAnswered && told.times < maxTold;
  return { ofRx1: told.isAnswered ? config.downlinkDwellTime : undefined, ofSize: isOpen || config.downlinkDwellTime };
}

/** At most one: data rate, power and channels are one block. */
function linkAdrRequests(adr: AdrState, uplink: Uplink, session: Session, network: Network): Request[] {
  const { frame, dataRate, observedAt } = uplink;
  const { region, config } = network;
  const isMaskDue = region.subBand !== undefined && !adr.isMasked && mayAsk(adr, observedAt, { isForMask: true });
  if (dataRate === undefined) return [];
  const { adrAckReq } = frame;
  const wanted =
    config.adr && frame.adr && mayAsk(adr, observedAt)
      ? adapt(adr, region, { marginDb: config.adrMarginDb, adrAckReq, minDataRate: minDataRate(network) })
      : undefined;
  if (wanted === undefined && !isMaskDue) return [];
  const request: AdrRequest = wanted ?? { dataRate, txPower: adr.txPower };
  const asked = { ...request, isForMask: wanted === undefined };
  const masks = region.channelMasks(maskedChannels(session, network));
  return [
    {
      block: masks.map((mask) => ({ name: 'LinkADRReq', ...request, ...mask, nbTrans: 1 }) as const),
      isUrgent: isMaskDue && adr.unansweredMasks === 0,
      asked: (counters) => ({ ...counters, adr: { ...counters.adr, asked, askedAt: observedAt } }),
      unasked: (counters) => ({
        ...counters,
        adr: { ...counters.adr, asked: undefined, askedAt: adr.askedAt },
      }),
    },
  ];
}

/**
 * Whether a device of US915 or AU915 no longer keeps to its channels: it speaks on another one, or has slowed down to the lowest
 * data rate because it did not hear the network, which enables all channels again (1.0.4 §4.3.1.1).
 */
function hasLostMask(
  { frame, frequencyHz, dataRate }: Uplink,
  lastDataRate: number | undefined,
  session: Session,
  network: Network,
): boolean {
  const { region } = network;
  if (region.subBand === undefined) return false;
  const channel = region.channelOf(frequencyHz);
  const isOutside = !maskedChannels(session, network).some((hz) => region.channelOf(hz) === channel);
  const isLowest = dataRate !== undefined && dataRate <= minDataRate(network);
  const hasSlowedDown = dataRate !== undefined && lastDataRate !== undefined && dataRate < lastDataRate;
  return isOutside || (isLowest && (frame.adrAckReq || hasSlowedDown));
}

function maskedChannels({ channelsHz }: Session, { region, config }: Network): readonly number[] {
  return channelsHz.length > 0 || region.subBand === undefined ? channelsHz : channelsOf(config, region);
}

function minDataRate({ region, config }: Network): number {
  return region.minDataRate(hasDwellTimes(region) && config.uplinkDwellTime);
}
