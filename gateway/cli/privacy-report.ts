/** What personal data a box takes, why, for how long, and to whom it goes: by its configuration, its operators and its record of erasures. */
import type { Operator } from '../../shared/enrolment/operators.ts';
import { accountsFileOf, readAccounts as readConsoleAccounts } from '../config/console-accounts.ts';
import { isHub } from '../config/hub.ts';
import type { Config } from '../config/settings.ts';
import { auditKeptMs } from '../console/audit.ts';
import type { DestinationConfig } from '../destinations/destination.ts';
import { readAccounts } from '../destinations/tags/accounts.ts';
import type { TagSettings } from '../destinations/tags/settings.ts';
import { tagsType } from '../destinations/tags/tags.ts';
import type { ErasureRecord } from './erasure-record.ts';

export type OperatorFacts = Pick<Operator, 'id' | 'name' | 'purpose' | 'retentionMs'>;

/** "own-tags": sightings of the city's own tags. "operators": theirs, sealed. "all": both. "opened": an operator's, which it can open. */
type Share = 'own-tags' | 'operators' | 'all' | 'opened';

/** What an operator's own side keeps: a destination `tags`, with its table, its accounts and its audit. */
export interface OperatorsSide {
  readonly name: string;
  readonly operators: readonly string[];
  readonly retentionMs: number;
  readonly enrolledFile: string;
  /** Absent if nobody can ask; "unreadable" if their file cannot be read, so that nobody is let in. */
  readonly accounts?: { readonly file: string; readonly all: number; readonly mayEnrol: number } | 'unreadable';
  readonly auditRetentionMs: number;
}

export interface PrivacyReport {
  readonly gateway: string;
  readonly tenant: string;
  readonly isHub: boolean;
  /** Detectors, with how many tags of the city's own they know. */
  readonly detectors: readonly { readonly id: string; readonly type: string; readonly ownTags: number }[];
  /** Ports to which volunteers' phones send. */
  readonly phones: readonly string[];
  /** Ports at which other gateways' sightings come. */
  readonly feeds: readonly string[];
  readonly operators: readonly OperatorFacts[];
  readonly destinations: readonly {
    readonly name: string;
    readonly type: string;
    readonly gets: Share;
    readonly operators: readonly string[];
    /** How long it keeps them, ms; absent if this box does not know. */
    readonly retentionMs?: number;
  }[];
  readonly ownSides: readonly OperatorsSide[];
  /** Who looks after the box by a browser; absent if nobody can. */
  readonly console?: {
    readonly listen: string;
    readonly file: string;
    readonly viewers: number;
    readonly technicians: number;
    readonly auditKeptMs: number;
  };
  readonly erasures: number;
  readonly lastErasure?: ErasureRecord;
}

interface Given {
  readonly operators: readonly OperatorFacts[];
  readonly erasures: readonly ErasureRecord[];
}

export function reportPrivacy(config: Config, { operators, erasures }: Given): PrivacyReport {
  const { id: gateway, tenant } = config.gateway;
  const portsOf = (type: string) => config.ports.flatMap((port) => (port.portType.name === type ? [port.name] : []));
  const lastErasure = erasures.at(-1);
  return {
    gateway,
    tenant,
    isHub: isHub(config),
    detectors: config.devices.flatMap(({ id, type, deviceType, options }) => {
      if (!deviceType.kinds.includes('sighting')) return [];
      const { tags = [] } = options as { readonly tags?: readonly unknown[] }; // of the types that have them
      return [{ id, type, ownTags: tags.length }];
    }),
    phones: portsOf('volunteers'),
    feeds: portsOf('feed'),
    operators: operators.map(({ id, name, purpose, retentionMs }) => ({ id, name, purpose, retentionMs })),
    destinations: config.destinations.flatMap((destination) => {
      const gets = shareOf(destination);
      if (gets === undefined) return [];
      const { name, destinationType, settings, operators: named } = destination;
      const { retentionMs } = settings as { readonly retentionMs?: number }; // of the types that keep something
      return [
        { name, type: destinationType.name, gets, operators: named, ...(retentionMs !== undefined && { retentionMs }) },
      ];
    }),
    ownSides: config.destinations.flatMap(ownSideOf),
    ...consoleOf(config),
    erasures: erasures.length,
    ...(lastErasure !== undefined && { lastErasure }),
  };
}

/** Undefined if no sighting goes there. */
function shareOf({ kinds, operators, settings, destinationType }: DestinationConfig): Share | undefined {
  if (destinationType.name === tagsType.name) return 'opened';
  const { personal } = settings as { readonly personal?: boolean }; // of the types that ask for it
  if (personal === false || (kinds.length > 0 && !kinds.includes('sighting'))) return undefined;
  if (operators.length > 0) return 'operators';
  return destinationType.sendsOn === true ? 'all' : 'own-tags';
}

function ownSideOf({ name, operators, destinationType, settings }: DestinationConfig): OperatorsSide[] {
  if (destinationType.name !== tagsType.name) return [];
  const { retentionMs, auditRetentionMs, enrolledFile, listen, accountsFile = '' } = settings as TagSettings; // of this type
  const accounts = listen === undefined ? {} : { accounts: accountsIn(accountsFile) };
  return [{ name, operators, retentionMs, enrolledFile, ...accounts, auditRetentionMs }];
}

/** A file of accounts that cannot be read lets nobody in. */
function consoleOf({ console: { enabled, listen }, gateway }: Config): Pick<PrivacyReport, 'console'> {
  if (!enabled) return {};
  const file = accountsFileOf(gateway.dataDirectory);
  try {
    const roles = [...readConsoleAccounts(file).values()].map(({ role }) => role);
    const technicians = roles.filter((role) => role === 'technician').length;
    if (roles.length === 0) return {};
    return { console: { listen, file, viewers: roles.length - technicians, technicians, auditKeptMs } };
  } catch {
    return {};
  }
}

function accountsIn(file: string): OperatorsSide['accounts'] & {} {
  try {
    const all = [...readAccounts(file).values()];
    return { file, all: all.length, mayEnrol: all.filter(({ mayEnrol }) => mayEnrol).length };
  } catch {
    return 'unreadable';
  }
}
