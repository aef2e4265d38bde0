/** MAC requests the network itself adds to an answer: dwell times, data rate and power, battery. */
import { type AdrRequest, adapt, heardAt } from '../../devices/lorawan/adr.ts';
import type { ServerMacCommand } from '../../devices/lorawan/mac-codec.ts';
import type { DataFrame } from '../../devices/lorawan/phy-payload.ts';
import { hasDwellTimes, type Region } from '../../devices/lorawan/region.ts';
import type { Counters, Session } from '../../devices/lorawan/session.ts';
import type { Config } from '../config/settings.ts';
import { channelsOf } from './joins.ts';

/** A device may not know TxParamSetupReq, so it is asked only this often. */
const maxTold = 4;

interface Network {
  readonly region: Region;
  readonly config: Config['lorawan'];
}

/** The requests that are due, and the counters once they are sent. */
export function networkRequests(
  frame: DataFrame,
  counters: Counters,
  on: { session: Session; dataRate: number | undefined; snr: number | undefined; observedAt: number },
  { region, config }: Network,
): { readonly requests: readonly ServerMacCommand[]; readonly counters: Counters } {
  const { session, dataRate, snr, observedAt } = on;
  const requests: ServerMacCommand[] = [];
  let { adr, told, statusAskedAt } = counters;
  if (hasDwellTimes(region) && !told.isAnswered && told.times < maxTold) {
    const { downlinkDwellTime, uplinkDwellTime } = config;
    requests.push({ name: 'TxParamSetupReq', downlinkDwellTime, uplinkDwellTime, maxEirpDbm: region.maxEirpDbm });
    told = { ...told, times: told.times + 1 };
  }
  if (config.adr && frame.adr && dataRate !== undefined) {
    const { asked: _, ...unasked } = heardAt(adr, dataRate, snr);
    const minDataRate = region.minDataRate(hasDwellTimes(region) && config.uplinkDwellTime);
    const wanted = adapt(unasked, region, {
      marginDb: config.adrMarginDb,
      adrAckReq: frame.adrAckReq,
      minDataRate,
    });
    adr = wanted === undefined ? unasked : { ...unasked, asked: wanted };
    if (wanted !== undefined) requests.push(...adrRequests(wanted, region, session, config));
  }
  if (statusAskedAt === undefined || observedAt - statusAskedAt >= config.deviceStatusEveryMs) {
    requests.push({ name: 'DevStatusReq' });
    statusAskedAt = observedAt;
  }
  return { requests, counters: { ...counters, adr, told, statusAskedAt } };
}

/** Until it has answered, a device assumes the band's initial dwell times: 400 ms (RP002-1.0.4 AS923, AU915). */
export function dwellTime400({ told }: Counters, { region, config }: Network): boolean {
  return hasDwellTimes(region) && (!told.isAnswered || config.downlinkDwellTime);
}

function adrRequests(
  { dataRate, txPower }: AdrRequest,
  region: Region,
  session: Session,
  config: Config['lorawan'],
): readonly ServerMacCommand[] {
  const channels =
    session.channelsHz.length > 0 ? session.channelsHz : region.subBand ? channelsOf(config, region) : [];
  return region
    .channelMasks(channels)
    .map((mask) => ({ name: 'LinkADRReq', dataRate, txPower, ...mask, nbTrans: 1 }) as const);
}
