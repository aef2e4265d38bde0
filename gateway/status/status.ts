/** The state of the gateway as data: what the control socket and /healthz answer. */
import { isoTime } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { BufferStats } from '../buffer/buffer-options.ts';
import type { ForwarderStats } from '../destinations/forwarder.ts';
import type { DeviceActivity, PortActivity, StationActivity } from '../intake/activity.ts';
import type { NetworkStats } from '../lorawan/network.ts';
import { problemsOf } from './problems.ts';
import type { StatusSources } from './sources.ts';

export interface Status {
  readonly gateway: string;
  readonly tenant: string;
  readonly version: string;
  readonly startedAt: string;
  readonly clockSynchronised: boolean;
  readonly healthy: boolean;
  /** What is wrong, a sentence each, the worst first. */
  readonly problems: readonly Text[];
  readonly ports: Readonly<
    Record<
      string,
      Omit<PortActivity, 'rubbishByCode' | 'stations'> & {
        rubbishByCode: Record<string, number>;
        /** LoRa gateways, by EUI. */
        stations?: Record<string, StationActivity>;
      }
    >
  >;
  readonly devices: Readonly<Record<string, DeviceActivity>>;
  readonly buffer: BufferStats;
  readonly destinations: Readonly<Record<string, ForwarderStats>>;
  readonly lorawan: NetworkStats & { readonly registered: number };
}

export function readStatus(sources: StatusSources): Status {
  const { gateway, tenant, version, startedAt, clock, activity, buffer, forwarders, register, network } = sources;
  const problems = problemsOf(sources);
  return {
    gateway,
    tenant,
    version,
    startedAt: isoTime(startedAt),
    clockSynchronised: clock.moment().synchronised,
    healthy: problems.length === 0,
    problems,
    ports: Object.fromEntries(
      [...activity.ports].map(([name, port]) => [
        name,
        {
          ...port,
          rubbishByCode: Object.fromEntries(port.rubbishByCode),
          ...(port.stations !== undefined && { stations: Object.fromEntries(port.stations) }),
        },
      ]),
    ) as Status['ports'], // the maps are objects now
    lorawan: { ...network.stats, registered: register.devices.length },
    devices: Object.fromEntries(activity.devices),
    buffer: buffer.stats(),
    destinations: Object.fromEntries(forwarders.map((forwarder) => [forwarder.name, forwarder.stats])),
  };
}
