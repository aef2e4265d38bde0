/** What the command line and the console may ask about the configuration that a gateway runs with. */
import * as v from 'valibot';
import { MachimoriError } from '../../shared/errors.ts';
import { changes, withChanges } from '../config/change.ts';
import type { Checked, Edit } from '../config/followed-file.ts';
import type { ConfigVersions } from '../config/versions.ts';
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

/** A version that was made here. */
export type Changed = TakenUp & Omit<Checked, 'faults'>;

export interface ConfigFile {
  readonly file: string;
  readonly text: string;
  /** Of the text: says of a change which text it was made of. */
  readonly digest: string;
  /** Whether the gateway runs with this text. */
  readonly runs: boolean;
}

/** A change that came from afar: it is never taken up without a trial. */
export interface Ordered {
  /** If it aborts before the turn of the change comes, nothing is written. */
  readonly signal: AbortSignal;
}

export interface Configuration {
  standing(): ConfigStanding;
  /** Takes up what the file says now. Rejects with a MachimoriError: "config-unreadable", "config-faulty", "config-identity". */
  apply(): Promise<TakenUp>;
  /** Throws a MachimoriError "config-unreadable". */
  read(): ConfigFile;
  /** Throws what `read` and the edit throw. */
  check(edit: Edit): Checked;
  /** Writes another text and takes it up. Rejects with what `FollowedFile.change` throws, and nothing is written then. */
  change(edit: Edit, base?: string, ordered?: Ordered): Promise<Changed>;
  /** Starts the gateway anew within its process, with what it runs with now, once this call is over. */
  restart(): void;
  readonly versions: Pick<ConfigVersions, 'names' | 'find'>;
}

export interface ConfigSources {
  /** Absent if no gateway runs, or one that reads no file. */
  readonly configuration?: Configuration | undefined;
}

const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** What the file is to say: with changes, another text, or a version that was kept. */
const wanted = v.union([
  v.strictObject({ changes, base: v.exactOptional(digest) }),
  v.strictObject({ text: v.string(), base: v.exactOptional(digest) }),
  v.strictObject({ version: v.string(), base: v.exactOptional(digest) }),
]);

export const CONFIG_ACTIONS: Readonly<Record<string, Act<ConfigSources>>> = {
  /** A `TakenUp`; null if no gateway runs. */
  async 'apply-config'(parameters, { configuration }) {
    parse(v.strictObject({}), parameters);
    return json(configuration === undefined ? null : await configuration.apply());
  },

  /** A `ConfigFile`, with the names of the versions that were kept. */
  'read-config'(parameters, sources) {
    parse(v.strictObject({}), parameters);
    const configuration = followed(sources);
    return json({ ...configuration.read(), versions: configuration.versions.names });
  },

  /** `{ text }` of a version that was kept. */
  'read-config-version'(parameters, sources) {
    const { version } = parse(v.strictObject({ version: v.string() }), parameters);
    return json({ text: followed(sources).versions.find(version, '').text });
  },

  /** A `Checked`; nothing is written. */
  'check-config'(parameters, sources) {
    const configuration = followed(sources);
    return json(configuration.check(editOf(parse(wanted, parameters), configuration)));
  },

  /** A `Changed`. */
  async 'change-config'(parameters, sources) {
    const configuration = followed(sources);
    const asked = parse(wanted, parameters);
    return json(await configuration.change(editOf(asked, configuration), asked.base));
  },
};

function editOf(asked: v.InferOutput<typeof wanted>, configuration: Configuration): Edit {
  if ('changes' in asked) return (text) => withChanges(text, asked.changes);
  const text = 'text' in asked ? asked.text : configuration.versions.find(asked.version, '').text;
  return () => text;
}

function followed({ configuration }: ConfigSources): Configuration {
  if (configuration !== undefined) return configuration;
  throw new MachimoriError('no-gateway', { what: say.followsNoFile(), on: say.theGateway(), hint: say.startIt() });
}
