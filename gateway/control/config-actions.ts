/** What the command line and the console may ask about the configuration that a gateway runs with. */
import * as v from 'valibot';
import { MachimoriError } from '../../shared/errors.ts';
import { type Change, changeSchema, maxChanges } from '../config/changes.ts';
import type { LocatedFault } from '../config/config.ts';
import type { ConfigStanding } from '../status/sources.ts';
import { type Act, json, parse } from './messages.ts';
import { say } from './words.ts';

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
  /** What the file would say, and what is wrong with that; nothing is written. Throws what config/edit.ts throws. */
  check(changes: readonly Change[]): Checked;
  /** Writes the file and takes it up. Rejects as `apply` does; then nothing is written. */
  change(changes: readonly Change[]): Promise<TakenUp & { readonly notes: readonly LocatedFault[] }>;
}

export interface Checked {
  readonly faults: readonly LocatedFault[];
  readonly notes: readonly LocatedFault[];
  /** "+ 12: …" */
  readonly lines: readonly string[];
}

export interface ConfigSources {
  /** Absent if no gateway runs, or one that reads no file. */
  readonly configuration?: Configuration | undefined;
}

const changesSchema = v.strictObject({ changes: v.pipe(v.array(changeSchema), v.maxLength(maxChanges)) });

export const CONFIG_ACTIONS: Readonly<Record<string, Act<ConfigSources>>> = {
  /** A `TakenUp`; null if no gateway runs. */
  async 'apply-config'(parameters, { configuration }) {
    parse(v.strictObject({}), parameters);
    return json(configuration === undefined ? null : await configuration.apply());
  },

  /** A `Checked`. */
  'check-config'(parameters, sources) {
    const { changes } = parse(changesSchema, parameters);
    return json(followed(sources).check(changes));
  },

  /** A `TakenUp` with `notes`. */
  async 'change-config'(parameters, sources) {
    const { changes } = parse(changesSchema, parameters);
    return json(await followed(sources).change(changes));
  },
};

function followed({ configuration }: ConfigSources): Configuration {
  if (configuration !== undefined) return configuration;
  throw new MachimoriError('no-gateway', { what: say.notRunning(), on: say.theGateway(), hint: say.startIt() });
}
