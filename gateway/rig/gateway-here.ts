/**
 * A gateway in this process, on the clock, the lines and the network of this machine or on what it is given instead.
 *
 * It is wired as `machimori run` wires it, without following its configuration file. It can be stopped and started again, not killed.
 */
import type { Clock } from '../../shared/clock.ts';
import { readVersion } from '../machine/release.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { type Gateway, startGateway } from '../run.ts';
import { readStatus, type Status } from '../status/status.ts';
import type { Surroundings } from '../surroundings.ts';
import { KeptLog } from './kept-log.ts';
import {
  type Given,
  nothingWaits,
  notKillable,
  notRunning,
  readConfigIn,
  type UnderTest,
  waitUntilDrained,
  writeConfig,
} from './under-test.ts';

export interface HereOptions extends Given {
  /** By default this machine, its ports and its network. */
  readonly surroundings?: Surroundings;
  /** By which the tests wait; by default the real one. */
  readonly clock?: Clock;
}

/** Starts it. Rejects with a MachimoriError: "config-unreadable", "rig-configuration", and what `ReadingBuffer.open` throws. */
export async function startHere(options: HereOptions): Promise<GatewayHere> {
  writeConfig(options);
  const gateway = new GatewayHere(options);
  await gateway.start();
  return gateway;
}

export class GatewayHere implements UnderTest {
  readonly folder: string;
  readonly log = new KeptLog();
  readonly #clock: Clock;
  readonly #surroundings: Surroundings | undefined;
  #gateway: Gateway | undefined;

  constructor({ folder, surroundings, clock = new SystemClock('always') }: Omit<HereOptions, 'config'>) {
    this.folder = folder;
    this.#surroundings = surroundings;
    this.#clock = clock;
  }

  get isRunning(): boolean {
    return this.#gateway !== undefined;
  }

  /** The one that runs. Throws a MachimoriError "rig-not-running". */
  get gateway(): Gateway {
    if (this.#gateway === undefined) throw notRunning(this.folder);
    return this.#gateway;
  }

  async start(): Promise<void> {
    if (this.#gateway !== undefined) return;
    this.#gateway = startGateway({
      config: readConfigIn(this.folder),
      log: this.log,
      version: readVersion(),
      ...(this.#surroundings && { surroundings: this.#surroundings }),
    });
  }

  async stop(): Promise<void> {
    const gateway = this.#gateway;
    this.#gateway = undefined;
    await gateway?.stop();
  }

  async kill(): Promise<void> {
    throw notKillable(this.folder);
  }

  async status(): Promise<Status> {
    return readStatus(this.gateway.sources);
  }

  async isDrained(): Promise<boolean> {
    return nothingWaits(this.gateway.buffer.stats());
  }

  drained(withinMs: number): Promise<void> {
    return waitUntilDrained(this, this.#clock, withinMs);
  }

  async flush(): Promise<void> {
    await this.gateway.stopPorts();
    this.gateway.buffer.flush();
  }
}
