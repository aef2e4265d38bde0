/**
 * What a rig puts to the test: a gateway in this process, on the real clock (gateway-here.ts) or the virtual one (virtual/), or a program of
 * its own (gateway-process.ts).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { listed } from '../../shared/text.ts';
import { formatFault, readConfigFile } from '../config/config.ts';
import type { Config } from '../config/settings.ts';
import type { Status } from '../status/status.ts';
import type { KeptLog } from './kept-log.ts';
import { say } from './under-test-words.ts';
import { until } from './until.ts';

export interface UnderTest {
  /** Where its configuration is, and what it keeps. */
  readonly folder: string;
  /** Of all its lives. */
  readonly log: KeptLog;
  readonly isRunning: boolean;
  /** Again, on the files that its last life has left. */
  start(): Promise<void>;
  /** In order: what is pending is committed. */
  stop(): Promise<void>;
  /** At once, as a power cut would. Rejects with a MachimoriError "rig-not-killable" where that is not possible. */
  kill(): Promise<void>;
  /** Rejects with a MachimoriError: "rig-not-running", "rig-no-status" (another's program), and what `askStatus` throws. */
  status(): Promise<Status>;
  /** Whether every reading that it has heard is sealed, sent and receipted; readings that wait for a clock do not count. */
  isDrained(): Promise<boolean>;
  /** Resolves when it is drained. Rejects with a MachimoriError "rig-not-so" that says what still waits. */
  drained(withinMs: number): Promise<void>;
  /**
   * What is pending is committed and sealed now, and nothing more is heard until the next start. A process is stopped in order and started
   * again, which commits what is pending; it is sealed when `batch-age` is over.
   */
  flush(): Promise<void>;
}

export interface Given {
  readonly folder: string;
  /** TOML; written to `gateway.toml` in the folder. Absent: the file is there. */
  readonly config?: string;
}

export const CONFIG_FILE = 'gateway.toml';

/** Writes the configuration into the folder, if there is one to write. Returns its file. */
export function writeConfig({ folder, config }: Given): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, CONFIG_FILE);
  if (config !== undefined) writeFileSync(file, config);
  return file;
}

/** Throws a MachimoriError: "config-unreadable", "rig-configuration". */
export function readConfigIn(folder: string): Config {
  const file = join(folder, CONFIG_FILE);
  const read = readConfigFile(file);
  if (read.ok) return read.config;
  const faults = listed(read.faults.map(formatFault));
  throw new MachimoriError('rig-configuration', {
    what: say.badConfiguration({ faults }),
    on: file,
    hint: say.mendConfiguration(),
  });
}

type Waits = Pick<Status['buffer'], 'open' | 'outboxes'>;

/** Whether nothing waits for any destination, sealed or not. */
export function nothingWaits({ open, outboxes }: Waits): boolean {
  return (
    open === 0 && Object.values(outboxes).every(({ waiting, gaps }) => waiting.routine + waiting.urgent + gaps === 0)
  );
}

export async function waitUntilDrained(gateway: UnderTest, clock: Clock, withinMs: number): Promise<void> {
  let last: unknown;
  const condition = async () => {
    const { buffer } = await gateway.status();
    last = {
      open: buffer.open,
      ...Object.fromEntries(
        Object.entries(buffer.outboxes).map(([name, { waiting, gaps }]) => [name, { ...waiting, gaps }]),
      ),
    };
    return nothingWaits(buffer);
  };
  await until(condition, { clock, withinMs, what: say.drainedWait(), seen: () => last });
}

export function notRunning(on: string): MachimoriError {
  return new MachimoriError('rig-not-running', { what: say.notRunning(), on, hint: say.startFirst() });
}

export function notKillable(on: string): MachimoriError {
  return new MachimoriError('rig-not-killable', { what: say.notKillable(), on, hint: say.useProcess() });
}
