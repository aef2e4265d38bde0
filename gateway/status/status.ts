/** The state of the gateway as data: what the control socket and /healthz answer. */
import { toHex } from '../../shared/hex.ts';
import { isoTime, type Units, unitOf } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { BufferStats } from '../buffer/buffer-options.ts';
import type { ForwarderStats } from '../destinations/forwarder.ts';
import type { ListState } from '../enrolment/known-operators.ts';
import type { SealingStats } from '../enrolment/sealing.ts';
import { type GatewaySight, sightOf } from '../hub/overview.ts';
import type { DeviceActivity, PortActivity, StationActivity } from '../intake/activity.ts';
import type { DeviceEntry } from '../intake/device-table.ts';
import type { DeviceState } from '../intake/silence.ts';
import type { NetworkStats } from '../lorawan/network.ts';
import type { OutputState } from '../outputs/switchboard.ts';
import { problemsOf } from './problems.ts';
import type { ConfigStanding, ConsoleStanding, StatusSources } from './sources.ts';

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
      Omit<PortActivity, 'rubbishByCode' | 'stations' | 'lastRubbishBytes'> & {
        rubbishByCode: Record<string, number>;
        /** The first bytes of the last rubbish, in hexadecimal. */
        lastRubbishHex?: string;
        /** LoRa gateways, by EUI. */
        stations?: Record<string, StationActivity>;
      }
    >
  >;
  readonly devices: Readonly<Record<string, DeviceStatus>>;
  readonly buffer: BufferStats;
  /** On the spot, by name. */
  readonly outputs: Readonly<Record<string, OutputState>>;
  /** What is to be said of the configuration: a trial, a change that was taken back. */
  readonly configuration: ConfigStanding;
  readonly destinations: Readonly<Record<string, ForwarderStats & { readonly oldestWaitingMs?: number | undefined }>>;
  /** Of a hub. */
  readonly gateways: readonly GatewaySight[];
  /** Operators' tags. */
  readonly watchOver?: ListState & SealingStats;
  readonly lorawan: NetworkStats & { readonly registered: number };
  /** If it is enabled. */
  readonly console?: ConsoleStanding;
}

export interface DeviceStatus extends DeviceActivity {
  readonly state: DeviceState;
  /** How long it may be quiet, ms; 0 for ever. */
  readonly expectedMs: number;
  /** Epoch ms, while it is maintained. */
  readonly maintenanceUntil?: number | undefined;
  /** The alarms that stand, by name. */
  readonly alarms: readonly string[];
  /** At which values it raises an alarm, and clears it. */
  readonly thresholds: DeviceEntry['policy']['thresholds'];
  /** As configured. */
  readonly place?: DeviceEntry['place'];
  /** SenML units of the values of `last`. */
  readonly units: Units;
}

function deviceStatus(id: string, activity: DeviceActivity, { silence, intake, devices }: StatusSources): DeviceStatus {
  const { state = 'waiting', expectedMs = 0 } = silence.of(id) ?? {};
  const memory = intake.memoryOf(id);
  const entry = devices.get(id);
  const known = entry?.units ?? {};
  return {
    ...activity,
    state,
    expectedMs,
    ...(state === 'maintenance' && { maintenanceUntil: memory?.maintenanceUntil }),
    alarms: memory?.policy.raised ?? [],
    thresholds: entry?.policy.thresholds ?? [],
    ...(entry?.place !== undefined && { place: entry.place }),
    units: Object.fromEntries(
      Object.keys(activity.last?.values ?? {}).flatMap((quantity) => {
        const unit = unitOf(known, quantity);
        return unit === undefined ? [] : [[quantity, unit]];
      }),
    ),
  };
}

export function readStatus(sources: StatusSources): Status {
  const { gateway, tenant, version, startedAt, clock, activity, buffer, forwarders, register, network } = sources;
  const problems = problemsOf(sources);
  const console = sources.consoleStanding?.();
  return {
    gateway,
    tenant,
    version,
    startedAt: isoTime(startedAt),
    clockSynchronised: clock.moment().synchronised,
    healthy: problems.length === 0,
    problems,
    ports: Object.fromEntries(
      [...activity.ports].map(([name, { lastRubbishBytes, ...port }]) => [
        name,
        {
          ...port,
          ...(lastRubbishBytes !== undefined && { lastRubbishHex: toHex(lastRubbishBytes) }),
          rubbishByCode: Object.fromEntries(port.rubbishByCode),
          ...(port.stations !== undefined && { stations: Object.fromEntries(port.stations) }),
        },
      ]),
    ) as Status['ports'], // the maps are objects now
    lorawan: { ...network.stats, registered: register.devices.length },
    devices: Object.fromEntries([...activity.devices].map(([id, device]) => [id, deviceStatus(id, device, sources)])),
    gateways: sightOf(sources.hub, buffer, clock.moment().wall),
    ...(sources.watchOver && { watchOver: { ...sources.watchOver.known.stats, ...sources.watchOver.sealing.stats } }),
    ...(console && { console }),
    buffer: buffer.stats(),
    outputs: Object.fromEntries(sources.outputs.states),
    configuration: sources.configStanding?.() ?? {},
    destinations: Object.fromEntries(
      forwarders.map(({ name, stats }) => [name, { ...stats, oldestWaitingMs: buffer.oldestWaitingMs(name) }]),
    ),
  };
}
