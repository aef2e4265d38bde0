/**
 * The `openssl` of this machine, 1.1.1 or later, which makes keys, certificates and revocation lists. It is run only when one is asked for.
 * It gets a configuration of its own, so that the machine's does not matter.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { foreign } from '../../shared/text.ts';
import { say } from './words.ts';

const run = promisify(execFile);
const withinMs = 30_000;
const serialBytes = 16;

/** Of a new key: EC P-256, not encrypted. */
export const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;
/** Of a server's certificate (RFC 5280, 4.2.1). */
export const SERVER_EXTENSIONS = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=serverAuth',
] as const;

/** In `folder`. Throws a MachimoriError "no-openssl" or "openssl-failed". */
export async function openssl(folder: string, args: readonly string[]): Promise<string> {
  try {
    return (await run('openssl', args, { cwd: folder, timeout: withinMs })).stdout;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') {
      throw new MachimoriError('no-openssl', {
        what: say.noOpenssl(),
        on: 'openssl',
        hint: say.installOpenssl(),
        cause,
      });
    }
    const { stderr = '' } = cause as { readonly stderr?: string }; // of execFile
    const why = foreign(stderr.trim().split('\n').at(-1) || messageOf(cause));
    throw new MachimoriError('openssl-failed', {
      what: say.opensslFailed({ verb: args[0] ?? '', why }),
      on: folder,
      hint: say.checkOpenssl(),
      cause,
    });
  }
}

export interface SelfSigned {
  readonly commonName: string;
  readonly extensions: readonly string[];
  /** From when to when it is good, epoch ms: openssl alone would go by the system's clock, which a GPS fix does not set. */
  readonly from: number;
  readonly until: number;
}

/**
 * A new key, and a certificate that it signs itself, in PEM. `scratch`: a folder for what is needed meanwhile, the key among it. Throws as
 * `openssl` does.
 */
export async function selfSigned(
  scratch: string,
  { commonName, extensions, from, until }: SelfSigned,
): Promise<{ readonly key: string; readonly certificate: string }> {
  await openssl(scratch, [...requestFor(scratch, commonName), ...NEW_KEY, '-keyout', 'key', '-out', 'request']);
  const config = [
    ...[
      '[ca]',
      'default_ca=own',
      '[own]',
      'database=index.txt',
      'serial=serial',
      'new_certs_dir=.',
      'default_md=sha256',
      'policy=any',
    ],
    ...['[any]', 'commonName=supplied', '[extensions]', ...extensions],
  ];
  writeFileSync(join(scratch, 'ca.cnf'), `${config.join('\n')}\n`);
  writeFileSync(join(scratch, 'index.txt'), '');
  writeFileSync(join(scratch, 'serial'), `${newSerial()}\n`);
  const certificate = await openssl(scratch, [
    ...['ca', '-config', 'ca.cnf', '-batch', '-notext', '-selfsign', '-keyfile', 'key', '-in', 'request'],
    ...['-extensions', 'extensions', '-startdate', asn1Time(from), '-enddate', asn1Time(until)],
  ]);
  return { key: readFileSync(join(scratch, 'key'), 'utf8'), certificate };
}

/** YYYYMMDDHHMMSSZ. */
function asn1Time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}

/** A request for a certificate, with a configuration that holds no more than it needs: `request.cnf` in `scratch`. */
export function requestFor(scratch: string, commonName: string, extensions: readonly string[] = []): string[] {
  const lines = ['[req]', 'distinguished_name=name', 'x509_extensions=extensions', '[name]', '[extensions]'];
  writeFileSync(join(scratch, 'request.cnf'), `${[...lines, ...extensions].join('\n')}\n`);
  const escaped = commonName.replace(/[\\/+=]/g, '\\$&');
  return ['req', '-new', '-config', 'request.cnf', '-utf8', '-subj', `/CN=${escaped}`];
}

/** Positive (RFC 5280, 4.1.2.2), in whole octets of hexadecimal. */
export function newSerial(): string {
  const bytes = randomBytes(serialBytes);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex').toUpperCase();
}
