/**
 * The hub's own certificate authority: it signs the certificates of gateways and of the hub's doors.
 *
 *   <folder>/ca.key     EC P-256, for its owner alone; made with ca.pem when it is first needed
 *   <folder>/ca.pem     what gateways trust, 20 years
 *   <folder>/hub.key, hub.pem   the certificate of the hub's doors, if it is asked for; 2 years
 *
 * Promise: key and certificate of the authority come to be together or not at all. A gateway's key is given out once and not kept.
 * What has been signed ends no later than the authority. Who may log in is not decided here, but by what is enrolled
 * (enrolled-gateways.ts): a signature alone lets nobody in.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { changing } from '../machine/folder-lock.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { NEW_KEY, newSerial, openssl, requestFor, SERVER_EXTENSIONS } from '../machine/openssl.ts';
import { replaceFile, syncFile } from '../machine/whole-file.ts';
import type { EnrolledCertificate, RevokedCertificate } from './enrolled-gateways.ts';
import { say } from './words.ts';

const dayMs = 86_400_000;
const authorityDays = 20 * 365;
/** Of a gateway or the hub's doors. */
export const certificateDays = 2 * 365;
/** RFC 5280, ub-common-name: characters of a common name. */
const maxCommonName = 64;

/** RFC 5280, 4.2.1. */
const EXTENSIONS = {
  authority: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign'],
  gateway: ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature', 'extendedKeyUsage=clientAuth'],
  server: SERVER_EXTENSIONS,
} as const;

/** In PEM. */
export interface Issued {
  readonly key: string;
  readonly certificate: string;
}

export class Authority {
  readonly #folder: string;
  readonly #name: string;

  /** `hub` names it: tenant/gateway. Nothing is made until it is needed. */
  constructor(folder: string, hub: string) {
    this.#folder = folder;
    this.#name = `Machimori ${hub}`.slice(0, maxCommonName);
  }

  /** All that it may have made, for who looks after their owner. */
  get files(): readonly string[] {
    return [this.#folder, ...['ca.key', 'ca.pem', 'hub.key', 'hub.pem'].map((name) => join(this.#folder, name))];
  }

  /** PEM; undefined if it does not exist yet. Throws a MachimoriError "authority-unusable". */
  get certificate(): string | undefined {
    const file = join(this.#folder, 'ca.pem');
    if (!existsSync(file)) return undefined;
    try {
      const pem = readFileSync(file, 'utf8');
      new X509Certificate(pem);
      return pem;
    } catch (cause) {
      throw this.#unusable(messageOf(cause), cause);
    }
  }

  /**
   * A new key and certificate for a gateway. `at`: epoch ms.
   * Throws a MachimoriError "long-name", "authority-unusable", "no-openssl", "openssl-failed", "file-unwritable".
   */
  gateway(user: string, at: number): Promise<Issued> {
    if (user.length > maxCommonName) {
      const what = say.longName({ length: user.length, max: maxCommonName });
      throw new MachimoriError('long-name', { what, on: user, hint: say.enrolWithPassword() });
    }
    return this.#issue(user, [...EXTENSIONS.gateway, `subjectAltName=URI:urn:machimori:${user}`], at);
  }

  /**
   * A new certificate for the hub's doors, under the names and addresses by which gateways reach it; returns its two files.
   * Throws the same, but "bad-host" for "long-name".
   */
  async server(names: readonly string[], at: number): Promise<{ readonly certFile: string; readonly keyFile: string }> {
    for (const name of names) {
      if (isIP(name) === 0 && !/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(name)) {
        throw new MachimoriError('bad-host', { what: say.notHost({ name }), on: name, hint: say.writeHost() });
      }
    }
    const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
    const { key, certificate } = await this.#issue(
      'Machimori hub',
      [...EXTENSIONS.server, `subjectAltName=${alternatives.join(',')}`],
      at,
    );
    const [certFile, keyFile] = [join(this.#folder, 'hub.pem'), join(this.#folder, 'hub.key')];
    changing(dirname(this.#folder), () => {
      replaceFile(keyFile, Buffer.from(key)); // both by the same process
      replaceFile(certFile, Buffer.from(certificate));
    });
    return { certFile, keyFile };
  }

  /** A certificate revocation list (RFC 5280, 5), for a broker of somebody else's; it is good as long as the authority. */
  async revocationList(revoked: readonly RevokedCertificate[], at: number): Promise<string> {
    await this.#made();
    const days = this.#daysLeft(at);
    return this.#inScratch(async (scratch) => {
      const line = ({ serial, endsAt, revokedAt }: RevokedCertificate) =>
        ['R', utc(endsAt), utc(revokedAt), serial, 'unknown', '/CN=revoked'].join('\t');
      writeFileSync(join(scratch, 'index.txt'), revoked.map((each) => `${line(each)}\n`).join(''));
      const config = ['[ca]', 'default_ca=list', '[list]', 'database=index.txt', 'default_md=sha256'];
      writeFileSync(join(scratch, 'ca.cnf'), `${config.join('\n')}\n`);
      const signer = ['-cert', join(this.#folder, 'ca.pem'), '-keyfile', join(this.#folder, 'ca.key')];
      return openssl(scratch, ['ca', '-config', 'ca.cnf', '-gencrl', '-crldays', String(days), ...signer]);
    });
  }

  async #issue(commonName: string, extensions: readonly string[], at: number): Promise<Issued> {
    await this.#made();
    const days = Math.min(certificateDays, this.#daysLeft(at));
    return this.#inScratch(async (scratch) => {
      writeFileSync(join(scratch, 'extensions'), `${extensions.join('\n')}\n`);
      await openssl(scratch, [...requestFor(scratch, commonName), ...NEW_KEY, '-keyout', 'key', '-out', 'request']);
      const signer = ['-CA', join(this.#folder, 'ca.pem'), '-CAkey', join(this.#folder, 'ca.key')];
      const certificate = await openssl(scratch, [
        ...['x509', '-req', '-in', 'request', '-sha256', '-days', String(days), '-extfile', 'extensions'],
        ...[...signer, '-set_serial', `0x${newSerial()}`],
      ]);
      return { key: readFileSync(join(scratch, 'key'), 'utf8'), certificate };
    });
  }

  /** Makes the authority if it does not exist. Of two processes that do so at once, one is first, and both use what it made. */
  async #made(): Promise<void> {
    if (this.certificate !== undefined) return;
    if (existsSync(join(this.#folder, 'ca.key'))) throw this.#unusable('ca.pem: ENOENT');
    await this.#inScratch(async (scratch) => {
      const [key, certificate] = [join(scratch, 'ca.key'), join(scratch, 'ca.pem')];
      await openssl(scratch, [
        ...[
          ...requestFor(scratch, this.#name, EXTENSIONS.authority),
          '-x509',
          '-sha256',
          '-days',
          String(authorityDays),
        ],
        ...[...NEW_KEY, '-set_serial', `0x${newSerial()}`, '-keyout', key, '-out', certificate],
      ]);
      rmSync(join(scratch, 'request.cnf'));
      for (const file of [key, certificate]) {
        chmodSync(file, 0o600);
        syncFile(file);
      }
      try {
        renameSync(scratch, this.#folder);
      } catch (cause) {
        if (this.certificate === undefined) throw this.#unusable(messageOf(cause), cause);
      }
      syncFile(dirname(this.#folder));
    });
  }

  /** Throws a MachimoriError "authority-unusable" if there is none. */
  #daysLeft(at: number): number {
    const { validTo } = new X509Certificate(this.certificate ?? '');
    const days = Math.floor((Date.parse(validTo) - at) / dayMs);
    if (days < 1) throw this.#unusable(`notAfter=${validTo}`);
    return days;
  }

  /** A folder beside the authority's, for its owner alone, which is gone afterwards. */
  async #inScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
    let scratch: string | undefined;
    try {
      makeFolder(dirname(this.#folder));
      scratch = mkdtempSync(`${this.#folder}.part-`);
      return await work(scratch);
    } catch (cause) {
      throw codeOf(cause) !== '' && !(cause instanceof MachimoriError)
        ? this.#unusable(messageOf(cause), cause, say.checkAuthorityFolder())
        : cause;
    } finally {
      if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
    }
  }

  #unusable(why: string, cause?: unknown, hint = say.restoreAuthority()): MachimoriError {
    return new MachimoriError('authority-unusable', {
      what: say.authorityUnusable({ why }),
      on: this.#folder,
      hint,
      cause,
    });
  }
}

/** What is enrolled of a certificate. Throws if the text is none. */
export function enrolledCertificate(pem: string): EnrolledCertificate {
  const { raw, serialNumber: serial, validTo } = new X509Certificate(pem);
  return { fingerprint: createHash('sha256').update(raw).digest('hex'), serial, endsAt: Date.parse(validTo) };
}

/** Whether one is signed by the other. */
export function isSignedBy(pem: string, authority: string): boolean {
  const [certificate, signer] = [new X509Certificate(pem), new X509Certificate(authority)];
  return certificate.checkIssued(signer) && certificate.verify(signer.publicKey);
}

/** YYMMDDHHMMSSZ (UTCTime, RFC 5280, 4.1.2.5.1), as in an index of `openssl ca`; to 2049. */
function utc(at: number): string {
  return `${new Date(at).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`;
}
