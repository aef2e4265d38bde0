/**
 * The certificate of the console: the one that `listen-cert-file` names, or one of the box's own, EC P-256, that it has signed itself.
 *
 *   <data directory>/console.pem   its key and certificate in one file, so that they come to be together; made when it is first needed
 *
 * It is good for two years, and made anew `renewBeforeMs` before its end, when a name is missing in it, or when the clock turns out to lie outside of
 * it. On loopback there is none unless one is named.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../../shared/errors.ts';
import type { Config } from '../config/settings.ts';
import { giveToOwnerOf } from '../machine/folder-lock.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { SERVER_EXTENSIONS, type SelfSigned, selfSigned } from '../machine/openssl.ts';
import { replaceFile, unwritable } from '../machine/whole-file.ts';
import { isLocal, splitAddress } from '../net/address.ts';
import { readCredential } from '../net/credentials.ts';
import { ownNames } from './names.ts';

const dayMs = 86_400_000;
/** Browsers take no longer ones (CA/Browser Forum, and Apple's 825 days for any authority). */
const days = 730;
/** RFC 5280, ub-common-name: characters of a common name. */
const maxCommonName = 64;
const renewBeforeMs = 30 * dayMs;
/** By so much the clock may be set back after it was made. */
const setBackMs = dayMs;

export interface Certified {
  /** In PEM. */
  readonly key: Buffer;
  readonly cert: Buffer;
  /** SHA-256, as browsers show it: "AB:CD:…". */
  readonly fingerprint: string;
}

/**
 * Undefined if there is no TLS. `moment`: by which its end is judged.
 * Throws a MachimoriError "server-credentials", "no-openssl", "openssl-failed" or "file-unwritable", and OpenSSL's own if a named file is none.
 */
export async function certificateOf(
  { console, gateway: { id, dataDirectory } }: Pick<Config, 'console' | 'gateway'>,
  { wall, synchronised }: { readonly wall: number; readonly synchronised: boolean },
): Promise<Certified | undefined> {
  const { listen, listenCertFile, listenKeyFile, names } = console;
  if (listenCertFile !== undefined && listenKeyFile !== undefined) {
    return certified(readCredential(listenKeyFile, 'server'), readCredential(listenCertFile, 'server'));
  }
  if (isLocal(listen)) return undefined;
  const file = join(dataDirectory, 'console.pem');
  const pem = readOwn(file);
  if (pem !== undefined && isGood(pem, names, synchronised ? wall : undefined)) return certified(pem, pem);
  const made = await makeOwn(dataDirectory, {
    commonName: `Machimori ${id}`.slice(0, maxCommonName),
    extensions: [...SERVER_EXTENSIONS, `subjectAltName=${alternativesOf(names, listen).join(',')}`],
    from: wall,
    until: wall + days * dayMs,
  });
  replaceFile(file, made);
  giveToOwnerOf(dataDirectory, file);
  return certified(made, made);
}

function certified(key: Buffer, cert: Buffer): Certified {
  createPrivateKey(key);
  return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
}

/** Undefined if there is none. Throws a MachimoriError "server-credentials" if it may not be read. */
function readOwn(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (cause) {
    return codeOf(cause) === 'ENOENT' ? undefined : readCredential(file, 'server');
  }
}

/** Not if it was cut short by something. `now`: epoch ms, if the clock is set. */
function isGood(pem: Buffer, names: readonly string[], now: number | undefined): boolean {
  try {
    const certificate = new X509Certificate(pem);
    const covers = (name: string) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name));
    const isInTime =
      now === undefined ||
      (Date.parse(certificate.validFrom) - setBackMs <= now && now < Date.parse(certificate.validTo) - renewBeforeMs);
    return isInTime && certificate.checkPrivateKey(createPrivateKey(pem)) && names.every(covers);
  } catch {
    return false;
  }
}

/** Names and addresses in it (RFC 5280 §4.2.1.6). */
function alternativesOf(names: readonly string[], listen: string): readonly string[] {
  const { host } = splitAddress(listen);
  const isOne = isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::';
  const all = [...ownNames(names, hostname()), '127.0.0.1', '::1', ...(isOne ? [host] : [])];
  return all.filter(isInCertificate).map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
}

/** A machine may be called something that no certificate can say. */
function isInCertificate(name: string): boolean {
  return isIP(name) !== 0 || /^[a-z0-9.-]+$/.test(name);
}

async function makeOwn(dataDirectory: string, about: SelfSigned): Promise<Buffer> {
  let scratch: string | undefined;
  try {
    makeFolder(dataDirectory);
    scratch = mkdtempSync(join(dataDirectory, 'console-certificate.part-'));
    const { key, certificate } = await selfSigned(scratch, about);
    return Buffer.from(`${key}${certificate}`);
  } catch (cause) {
    throw codeOf(cause).startsWith('E') ? unwritable(dataDirectory, cause) : cause;
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
}
