/** What the command line and the console may ask about the configuration that a gateway runs with. */
import * as v from 'valibot';
import type { ConfigStanding } from '../status/sources.ts';
import { type Act, json, parse } from './messages.ts';

/** What became of a new version of the file. */
export interface TakenUp {
  /** "restarts": once the answer is out. */
  readonly outcome: 'same' | 'applied' | 'restarts';
  /** What was ended or started, by name. */
  readonly ports: readonly string[];
  readonly destinations: readonly string[];
  /** How long the city OS may take to be reached, or the version is taken back; absent if there is no trial. */
  readonly trialMs?: number;
}

export interface Configuration {
  standing(): ConfigStanding;
  /** Takes up what the file says now. Rejects with a MachimoriError: "config-unreadable", "config-faulty", "config-identity". */
  apply(): Promise<TakenUp>;
}

export interface ConfigSources {
  /** Absent if no gateway runs, or one that reads no file. */
  readonly configuration?: Configuration | undefined;
}

export const CONFIG_ACTIONS: Readonly<Record<string, Act<ConfigSources>>> = {
  /** A `TakenUp`; null if no gateway runs. */
  async 'apply-config'(parameters, { configuration }) {
    parse(v.strictObject({}), parameters);
    return json(configuration === undefined ? null : await configuration.apply());
  },
};
