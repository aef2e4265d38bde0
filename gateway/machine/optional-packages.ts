/**
 * Packages that only some configurations need, and that somebody may not have installed. One rule: `check` says which is missing, and so does
 * whoever needs it when it is loaded, both with the command that installs it.
 */
import { createRequire } from 'node:module';
import { codeOf, MachimoriError } from '../../shared/errors.ts';
import { listed, type Text } from '../../shared/text.ts';
import { isBundled } from './own-files.ts';
import { say } from './words.ts';

interface OptionalPackage {
  readonly names: readonly string[];
  /** As npm takes them; with a version where the newest does not run on every Node that this program does. */
  readonly install: string;
}

export const OPTIONAL = {
  postgres: { names: ['pg', 'pg-copy-streams'], install: 'pg pg-copy-streams' },
  nats: { names: ['@nats-io/transport-node'], install: '@nats-io/transport-node@3.3' },
  html: { names: ['cheerio'], install: 'cheerio' },
  bluetooth: { names: ['@stoprocent/bluetooth-hci-socket'], install: '@stoprocent/bluetooth-hci-socket' },
} as const satisfies Readonly<Record<string, OptionalPackage>>;
export type Optional = keyof typeof OPTIONAL;

/** Those that are part of a bundle: every bundle can be a hub. */
const BUNDLED: readonly string[] = [...OPTIONAL.postgres.names, ...OPTIONAL.nats.names, ...OPTIONAL.html.names];

/** Whether Node finds a package from here, without loading it. */
export function isInstalled(name: string): boolean {
  if (isBundled && BUNDLED.includes(name)) return true;
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch (fault) {
    return codeOf(fault) !== 'MODULE_NOT_FOUND'; // it may be there and have nothing for `require`
  }
}

/** What is wrong while it is missing, and what to do. */
export function missing(which: Optional): { readonly what: Text; readonly hint: Text } {
  const { names, install } = OPTIONAL[which];
  return {
    what: say.packageMissing({ names: listed(names), count: names.length }),
    hint: say.installPackage({ install }),
  };
}

/** "postgres-missing", … `on`: for what it was needed. */
export function packageMissing(which: Optional, on: string, cause: unknown): MachimoriError {
  return new MachimoriError(`${which}-missing`, { ...missing(which), on, cause });
}
