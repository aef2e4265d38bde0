/**
 * What a gateway meets outside itself: time, chance, the machine, its ports, its brokers and its operator.
 *
 * The real ones are the default. A simulation passes its own and runs the gateway exactly as `run.ts` wires it. Not passed
 * in: the files of the buffer, the embedded broker of an MQTT port, the local time zone and the status server.
 */
import { type DiskSpace, diskSpaceOf } from './buffer/disk-room.ts';
import type { OrderAudit } from './commands/order-audit.ts';
import { serveControl } from './control/server.ts';
import { type ProcessUsage, processUsage } from './machine/process-usage.ts';
import { bootId, systemTime, type TimeSource } from './machine/system-clock.ts';
import { type OpenHttp, openHttp } from './net/http.ts';
import { type ConnectMqtt, connectMqtt } from './net/mqtt-connection.ts';
import type { OpenPort, PortConfig, PortSurroundings } from './ports/port.ts';
import { type SerialLine, serialLines } from './ports/serial-lines.ts';

export interface Surroundings {
  readonly time: TimeSource;
  /** Changes with each boot of the machine. */
  readonly boot: string;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
  /** The name of a new epoch; by default as the buffer draws it. */
  drawEpoch?(): string;
  openPort(port: PortConfig, surroundings: PortSurroundings): OpenPort;
  /** The serial ports of this machine. */
  serialLines(): Promise<readonly SerialLine[]>;
  readonly connect: ConnectMqtt;
  readonly openHttp: OpenHttp;
  /** Lets the command line ask the gateway, until the signal aborts. */
  readonly serveControl: typeof serveControl;
  /** The folder of the console's built page; by default where the build puts it. */
  readonly consolePage?: string;
  /** The audit of orders in a data directory; by default a file for each month. */
  orderAudit?(dataDirectory: string): OrderAudit;
  usage(): ProcessUsage;
  /** Space on the disk that a file lies on. */
  diskSpace(file: string): DiskSpace;
}

export function realSurroundings(): Surroundings {
  return {
    time: systemTime(),
    boot: bootId(),
    random: Math.random,
    openPort: ({ portType, settings }, surroundings) => portType.open(settings, surroundings),
    serialLines,
    connect: connectMqtt,
    openHttp,
    serveControl,
    usage: processUsage,
    diskSpace: diskSpaceOf,
  };
}
