/** What every connection to PostgreSQL is configured with, and what can be wrong with that. */
import * as v from 'valibot';
import { must, setting, text } from '../../shared/setting.ts';
import type { Optional } from '../machine/optional-packages.ts';
import { isLoopback } from '../net/address.ts';
import { checkCredentialFile, checkTlsFiles } from '../net/credential-file.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import { readAddress, type TlsMode } from './address.ts';
import { say } from './words.ts';

export const loginSettings = {
  passwordFile: v.optional(setting(text, say.passwordFile())),
  caFile: v.optional(setting(text, say.caFile())),
  certFile: v.optional(setting(text, say.certFile())),
  keyFile: v.optional(setting(text, say.keyFile())),
};

export const schemaName = v.pipe(text, v.regex(/^(?!pg_)[a-z_][a-z0-9_]{0,47}$/, must(say.mustBeSchema())));
export const defaultSchema = 'machimori';

interface LoginSettings {
  readonly url: string;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** `url` is an address of PostgreSQL, or what is wrong with it is told. */
export function checkLogin(settings: LoginSettings, path: Path): Fault[] {
  const { url, passwordFile } = settings;
  const at = [...path, 'url'];
  const address = readAddress(url);
  if (address.engine === undefined) return [fault(at, address.what, address.mend)];
  if (address.engine === 'sqlite') return [];
  const isHere = readAddress(url.replace(/([?&])sslmode=[^&]*/, '$1')); // what it would be without a mode
  const isRemote = isHere.engine === 'postgres' && isHere.tls !== 'disable';
  return [
    ...checkMode(address.tls, isRemote, at),
    ...(settings.caFile !== undefined && !address.tls.startsWith('verify')
      ? [note([...path, 'caFile'], say.authorityUnused(), say.verifyFull())]
      : []),
    ...checkTlsFiles(url, settings, path),
    ...checkCredentialFile(passwordFile, [...path, 'passwordFile'], 'secret'),
  ];
}

/** Of the optional packages. */
export function archiveNeeds({ url }: { readonly url: string }): readonly Optional[] {
  return readAddress(url).engine === 'postgres' ? ['postgres'] : [];
}

/** Where an archive is, whoever connects to it and how; this machine has one name. */
export function archiveAt({ url, schema }: { readonly url: string; readonly schema: string }): string {
  const address = readAddress(url);
  if (address.engine !== 'postgres') return url;
  const { host, port, database } = address;
  const where = isLoopback(host) || host.startsWith('/') ? 'localhost' : host;
  return `postgres://${where}:${port}/${database} ${schema}`;
}

function checkMode(tls: TlsMode, isRemote: boolean, at: Path): Fault[] {
  if (!isRemote || tls.startsWith('verify')) return [];
  return tls === 'disable' ? [note(at, say.clearText(), say.useTls())] : [note(at, say.unverified(), say.verifyFull())];
}
