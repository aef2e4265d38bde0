/**
 * The ports and destinations of a running gateway, and how those of another configuration take their place.
 *
 * Promise: what is the same in both runs on untouched. What has gone ends first, with all that it had taken in on the disk; readings that are
 * not sealed yet go where the old configuration sends them; then what has come starts. If that fails half-way the gateway must start anew.
 * One thing at a time: a port that is released for a while keeps other changes waiting.
 */
import type { Text } from '../shared/text.ts';
import type { ReadingBuffer } from './buffer/buffer.ts';
import type { OutboxOptions } from './buffer/outbox-options.ts';
import { differencesOf } from './config/differences.ts';
import type { Config } from './config/settings.ts';
import type { DestinationConfig } from './destinations/destination.ts';
import type { Forwarder } from './destinations/forwarder.ts';
import { noteClosed } from './intake/activity.ts';
import type { DeviceTable } from './intake/device-table.ts';
import type { Silence } from './intake/silence.ts';
import { RunningParts } from './machine/running-parts.ts';
import { runPort, type Wired } from './run-port.ts';

export interface PartsOptions {
  readonly wired: Wired;
  readonly buffer: ReadingBuffer;
  readonly devices: DeviceTable;
  readonly silence: Silence;
  /** Ends the destinations; the ports end with that of `wired`. */
  readonly signal: AbortSignal;
  forward(destination: DestinationConfig, config: Config): Forwarder;
  outboxes(config: Config): readonly OutboxOptions[];
}

/** What has been started again or ended, by name. */
export interface Applied {
  readonly ports: readonly string[];
  readonly destinations: readonly string[];
}

export class Parts {
  readonly #options: PartsOptions;
  readonly #ports: RunningParts;
  readonly #destinations: RunningParts;
  readonly #forwarders: Forwarder[] = [];
  #config: Config;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PartsOptions) {
    this.#options = options;
    this.#config = options.wired.config;
    this.#ports = new RunningParts(options.wired.signal);
    this.#destinations = new RunningParts(options.signal);
  }

  get config(): Config {
    return this.#config;
  }

  /** Always the same list, of those that run now. */
  get forwarders(): readonly Forwarder[] {
    return this.#forwarders;
  }

  start(): void {
    this.#startDestinations(this.#config.destinations);
    this.#startPorts(this.#config.ports);
  }

  /** Resolves once the ports have ended with their signal. */
  portsEnded(): Promise<void> {
    return this.#ports.ended();
  }

  destinationsEnded(): Promise<void> {
    return this.#destinations.ended();
  }

  /** Undefined if the gateway must start anew for it; nothing has changed then. Rejects with what `ReadingBuffer.useOutboxes` throws. */
  apply(config: Config): Promise<Applied | undefined> {
    return this.#inTurn(() => this.#apply(config));
  }

  /**
   * Ends a port while `work` goes on, so that its line is free, and starts it again as it is configured. `why` is what its status says meanwhile.
   * Resolves and rejects as `work` does.
   */
  released<T>(name: string, why: Text, work: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const { signal, activity } = this.#options.wired;
      const port = this.#config.ports.find((each) => each.name === name);
      if (port === undefined) return work(); // it has gone meanwhile
      await this.#ports.end([name]);
      const shown = activity.ports.get(name);
      if (shown !== undefined) noteClosed(shown, why);
      try {
        return await work();
      } finally {
        if (!signal.aborted) this.#startPorts([port]);
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {}); // whoever asked for it hears of its fault
    return done;
  }

  async #apply(config: Config): Promise<Applied | undefined> {
    const { wired, buffer, devices, silence, outboxes } = this.#options;
    const { isMore, ports, destinations } = differencesOf(this.#config, config);
    if (isMore) return undefined;
    await this.#ports.end(ports.gone);
    for (const name of ports.gone) wired.activity.removePort(name);
    await this.#endDestinations(destinations.gone);
    for (const id of this.#goneDevices(config)) await silence.forget(id).catch(() => {}); // the intake has logged it
    buffer.sealOpen();
    this.#config = config;
    devices.configure(config);
    wired.families.configure(config.devices, new Set([...ports.gone, ...ports.come]));
    if (destinations.gone.length + destinations.come.length > 0) buffer.useOutboxes(outboxes(config));
    this.#startDestinations(config.destinations.filter(({ name }) => destinations.come.includes(name)));
    this.#startPorts(config.ports.filter(({ name }) => ports.come.includes(name)));
    return { ports: either(ports), destinations: either(destinations) };
  }

  /** Also those that a family had met. */
  #goneDevices({ devices }: Config): readonly string[] {
    const left = new Set(devices.map(({ id }) => id));
    const gone = new Set(this.#config.devices.flatMap(({ id }) => (left.has(id) ? [] : [id])));
    return this.#options.devices.all.flatMap(({ id, family = id }) => (gone.has(family) ? [id] : []));
  }

  #startPorts(ports: Config['ports']): void {
    const { wired } = this.#options;
    const config = this.#config;
    for (const port of ports) this.#ports.start(port.name, (signal) => runPort(port, { ...wired, config, signal }));
  }

  #startDestinations(destinations: Config['destinations']): void {
    for (const destination of destinations) {
      const forwarder = this.#options.forward(destination, this.#config);
      this.#forwarders.push(forwarder);
      this.#destinations.start(destination.name, (signal) => forwarder.run(signal));
    }
  }

  async #endDestinations(names: readonly string[]): Promise<void> {
    await this.#destinations.end(names);
    const left = this.#forwarders.filter(({ name }) => !names.includes(name));
    this.#forwarders.splice(0, this.#forwarders.length, ...left);
  }
}

function either({ gone, come }: { readonly gone: readonly string[]; readonly come: readonly string[] }) {
  return [...new Set([...gone, ...come])].toSorted();
}
