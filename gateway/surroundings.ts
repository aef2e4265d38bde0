/**
 * What a gateway meets outside itself: time, chance, the machine, its lines, its brokers and its operator.
 *
 * The real ones are the default. A simulation passes its own and so runs the gateway exactly as `run.ts` wires it. Still
 * met directly: the files of the buffer, the embedded broker of an MQTT port, cron schedules and the status server.
 */

import { type DiskSpace, diskSpaceOf } from './buffer/disk-room.ts';
import type { PortConfig, RadioPortConfig } from './config/port-settings.ts';
import type { Config } from './config/settings.ts';
import { serveControl } from './control/server.ts';
import { bootId, systemTime, type TimeSource } from './machine/system-clock.ts';
import { splitAddress } from './net/address.ts';
import type { PortSurroundings } from './net/keep-open.ts';
import { type ConnectMqtt, connectMqtt } from './net/mqtt-connection.ts';
import { basicsStationPort } from './ports/basics-station/basics-station.ts';
import { lorawanUdpPort } from './ports/lorawan-udp/lorawan-udp.ts';
import type { Port } from './ports/port.ts';
import type { RadioPort, RadioSurroundings } from './ports/radio.ts';
import { serialPort } from './ports/serial.ts';
import { tcpPort } from './ports/tcp.ts';

/** A port that carries a stream of bytes. */
export type LineConfig = Extract<PortConfig, { type: 'serial' | 'tcp' }>;

export interface GatewaySurroundings {
  readonly time: TimeSource;
  /** What changes with each boot of the machine. */
  readonly boot: string;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
  /** The name of a new epoch; by default as the buffer draws it. */
  drawEpoch?(): string;
  openLine(settings: LineConfig, surroundings: PortSurroundings): Port;
  openRadio(settings: RadioPortConfig, plan: Config['lorawan'], surroundings: RadioSurroundings): RadioPort;
  readonly connect: ConnectMqtt;
  /** Lets commands ask the gateway, until the signal aborts. */
  readonly serveControl: typeof serveControl;
  /** Space of the disk that a file lies on. */
  diskSpace(file: string): DiskSpace;
}

export function realSurroundings(): GatewaySurroundings {
  return {
    time: systemTime(),
    boot: bootId(),
    random: Math.random,
    openLine: (settings, surroundings) =>
      settings.type === 'serial'
        ? serialPort(settings, surroundings)
        : tcpPort({ name: settings.name, ...splitAddress(settings.address) }, surroundings),
    openRadio: (settings, plan, surroundings) =>
      settings.type === 'lorawan-udp'
        ? lorawanUdpPort(settings, surroundings)
        : basicsStationPort({ ...settings, plan }, surroundings),
    connect: connectMqtt,
    serveControl,
    diskSpace: diskSpaceOf,
  };
}
