/**
 * Certificates for a stand-in that listens with TLS, made with openssl in a folder and used again when they are there: an authority
 * (`ca.pem`, for the gateway's configuration), and two certificates for 127.0.0.1 and localhost that it signed, a good one and one that
 * has expired.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { say } from './words.ts';

export interface KeyPair {
  readonly key: Buffer;
  readonly cert: Buffer;
}

export interface Certificates {
  readonly caFile: string;
  readonly good: KeyPair;
  readonly expired: KeyPair;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const SIGNED_BY = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
/** Days until they end: the expired one ended yesterday. */
const DAYS = { ca: '3650', good: '825', expired: '-1' };

/** Throws a MachimoriError "openssl-failed". */
export async function certificatesIn(folder: string): Promise<Certificates> {
  try {
    if (!existsSync(join(folder, 'expired.pem'))) await make(folder);
    const caFile = join(folder, 'ca.pem');
    return { caFile, good: await read(folder, 'good'), expired: await read(folder, 'expired') };
  } catch (cause) {
    const what = say.noOpenssl({ why: textOf(cause) });
    throw new MachimoriError('openssl-failed', { what, on: folder, hint: say.installOpenssl(), cause });
  }
}

async function make(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const openssl = (...words: string[]) => promisify(execFile)('openssl', words, { cwd: folder });
  const named = ['-subj', '/CN=Machimori stand-in'];
  await openssl('req', '-x509', ...NEW_KEY, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', DAYS.ca, ...named);
  await writeFile(join(folder, 'san'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  for (const name of ['good', 'expired'] as const) {
    await openssl('req', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', '/CN=localhost');
    const request = ['-req', '-in', `${name}.csr`, ...SIGNED_BY, '-extfile', 'san'];
    await openssl('x509', ...request, '-days', DAYS[name], '-out', `${name}.pem`);
  }
}

async function read(folder: string, name: string): Promise<KeyPair> {
  return { key: await readFile(join(folder, `${name}.key`)), cert: await readFile(join(folder, `${name}.pem`)) };
}
