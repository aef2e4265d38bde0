/** An operator's key pair, its private key in a file as `machimori operator keys` makes it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bytes, newKeys } from '../../../../shared/enrolment/keys.ts';

export async function newKeyFile(folder: string): Promise<{ readonly keyFile: string; readonly publicKey: Bytes }> {
  const { pkcs8, publicKey } = await newKeys('X25519');
  const keyFile = join(folder, 'operator.key');
  const pem = Buffer.from(pkcs8).toString('base64');
  writeFileSync(keyFile, `-----BEGIN PRIVATE KEY-----\n${pem}\n-----END PRIVATE KEY-----\n`, { mode: 0o600 });
  return { keyFile, publicKey };
}
