/**
 * One run of a box's gateway: on a configuration that stays as it is, or on a file that orders change, as `machimori run` does it
 * (supervise.ts). It may start anew within the run.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfigFile } from '../../gateway/config/config.ts';
import type { Config } from '../../gateway/config/settings.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../gateway/run.ts';
import { Supervised } from '../../gateway/supervise.ts';

export interface ConfigInFile {
  /** Before the first start. */
  readonly text: string;
  /** What the simulation adds to what a start reads. */
  adapt(config: Config): Config;
}

export interface RunOfBox {
  /** Of the moment. */
  readonly gateway: Gateway;
  stop(): Promise<void>;
}

export function configFileIn(folder: string): string {
  return join(folder, 'gateway.toml');
}

export function startRun(
  { config, ...options }: Omit<GatewayOptions, 'configuration' | 'kept'>,
  inFile: ConfigInFile | undefined,
): RunOfBox {
  if (inFile === undefined) {
    const gateway = startGateway({ config, ...options });
    return { gateway, stop: () => gateway.stop() };
  }
  const file = configFileIn(config.gateway.dataDirectory);
  if (!existsSync(file)) writeFileSync(file, inFile.text);
  const read = readConfigFile(file);
  if (!read.ok) throw new RangeError(`the configuration is faulty: ${JSON.stringify(read.faults)}`);
  const supervised = Supervised.start({ ...read, config: inFile.adapt(read.config) }, options);
  return {
    get gateway() {
      return supervised.gateway;
    },
    stop: () => supervised.stop(),
  };
}
