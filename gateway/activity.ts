/**
 * What came when: by port and by device, for the status, the metrics and the live table. In memory only.
 *
 * Bounds: as many entries as ports and devices are configured; rubbish is counted by its fixed set of codes.
 */
import type { RubbishCode } from '../devices/device-type.ts';
import type { Reading } from '../shared/reading.ts';

export interface PortActivity {
  readonly path: string;
  state: 'closed' | 'open';
  /** Why it is closed. */
  why: string;
  bytes: number;
  frames: number;
  readings: number;
  rubbish: number;
  /** Rubbish since the last reading. */
  rubbishInARow: number;
  readonly rubbishByCode: Map<RubbishCode, number>;
  /** Epoch ms; undefined before the first. */
  lastBytesAt?: number;
  lastFrameAt?: number;
  lastReadingAt?: number;
  lastRubbishAt?: number;
  /** What was wrong with the last rubbish, in words. */
  lastRubbish?: string;
}

export interface DeviceActivity {
  readonly type: string;
  readonly port: string;
  readings: number;
  rubbish: number;
  last?: Reading;
  /** Epoch ms at which `last` came. */
  lastAt?: number;
}

export class Activity {
  readonly ports = new Map<string, PortActivity>();
  readonly devices = new Map<string, DeviceActivity>();

  addPort(name: string, path: string): PortActivity {
    const port: PortActivity = {
      path,
      state: 'closed',
      why: 'not opened yet',
      bytes: 0,
      frames: 0,
      readings: 0,
      rubbish: 0,
      rubbishInARow: 0,
      rubbishByCode: new Map(),
    };
    this.ports.set(name, port);
    return port;
  }

  addDevice(id: string, type: string, port: string): DeviceActivity {
    const device: DeviceActivity = { type, port, readings: 0, rubbish: 0 };
    this.devices.set(id, device);
    return device;
  }
}
