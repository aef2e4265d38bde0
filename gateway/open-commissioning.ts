/** Commissioning on a running gateway: lines are taken from its ports for a while, tests go through its buffer. */
import { existsSync, realpathSync } from 'node:fs';
import type { Clock } from '../shared/clock.ts';
import type { ReadingBuffer } from './buffer/buffer.ts';
import type { OutboxOptions } from './buffer/outbox-options.ts';
import type { LineFound } from './commission/answers.ts';
import { Prober } from './commission/prober.ts';
import { CommissioningRecords } from './commission/records.ts';
import { TestReadings } from './commission/test-readings.ts';
import type { Config } from './config/settings.ts';
import type { Commissioning } from './control/commission-actions.ts';
import type { DeviceTable } from './intake/device-table.ts';
import type { Log } from './machine/log.ts';
import type { SerialLine } from './ports/serial-lines.ts';
import { portOnLine } from './probe/line-word.ts';
import type { Parts } from './reconfigure.ts';

export interface CommissioningOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly buffer: ReadingBuffer;
  readonly devices: DeviceTable;
  readonly parts: Parts;
  readonly signal: AbortSignal;
  lines(): Promise<readonly SerialLine[]>;
  outboxes(): readonly OutboxOptions[];
}

export function openCommissioning(options: CommissioningOptions): Commissioning {
  const { config, clock, log, buffer, parts, signal } = options;
  const records = new CommissioningRecords(config.gateway.dataDirectory, log);
  const tests = new TestReadings({
    ...{ buffer, clock, signal },
    forwarders: () => parts.forwarders,
    accepts: (destination, reading) =>
      options
        .outboxes()
        .find(({ name }) => name === destination)
        ?.accepts(reading) ?? false,
    ended: (device, at, receipts, unanswered) => records.noteTest(device, { at, receipts, unanswered }),
  });
  return {
    records,
    prober: new Prober({
      ...{ clock, signal },
      config: () => parts.config,
      released: (port, why, work) => parts.released(port, why, work),
    }),
    test: (device) => tests.send(device),
    lines: async () => (await options.lines()).map((line) => withHolder(line, parts.config)),
  };
}

/** A line with the configured port that has it. */
function withHolder(line: SerialLine, config: Config): LineFound {
  const port = portOnLine(config, existsSync(line.path) ? realpathSync(line.path) : line.path);
  if (port === undefined) return line;
  const devices = config.devices.flatMap((device) => (device.port === port.name ? [device.id] : []));
  return { ...line, heldBy: port.name, devices };
}
