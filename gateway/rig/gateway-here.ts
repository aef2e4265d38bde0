/**
 * A gateway in this process, on the clock, the lines and the network of this machine or on what it is given instead.
 *
 * It is wired as `machimori run` wires it, without following its configuration file. It can be stopped and started again, not killed.
 */
import type { Clock } from '../../shared/clock.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import type { Config } from '../config/settings.ts';
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
  /** By which it is waited for; by default the real one. */
  readonly clock?: Clock;
  /** What it runs with, by what its file says. Throws if it cannot run so. */
  adapt?(config: Config): Config;
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
  readonly #options: Pick<HereOptions, 'surroundings' | 'adapt'>;
  #gateway: Gateway | undefined;

  constructor({ folder, clock = new SystemClock('always'), ...options }: Omit<HereOptions, 'config'>) {
    this.folder = folder;
    this.#clock = clock;
    this.#options = options;
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
    const { surroundings, adapt = (config) => config } = this.#options;
    this.#gateway = startGateway({
      config: adapt(readConfigIn(this.folder)),
      log: this.log,
      version: readVersion(),
      ...(surroundings && { surroundings }),
    });
  }

  async stop(): Promise<void> {
    const gateway = this.#gateway;
    this.#gateway = undefined;
    if (gateway !== undefined) await this.#passing(gateway.stop());
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
    await this.#passing(this.gateway.stopPorts());
    this.gateway.buffer.flush();
  }

  /** What sleeps by a virtual clock ends only if somebody moves that on. */
  #passing(work: Promise<void>): Promise<void> {
    return this.#clock instanceof VirtualClock ? this.#clock.runThrough(work) : work;
  }
}
