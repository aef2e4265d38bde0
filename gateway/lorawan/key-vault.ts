/**
 * Keys of devices at rest: encrypted under a key that lies in a file of its own, outside what is backed up with them.
 *
 * AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits; what a secret is for is authenticated with it, so that one
 * device's keys cannot be put in another's place. A secret is base64 of nonce, ciphertext and tag.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { replaceFile } from '../machine/whole-file.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'Put it back from its copy. If there is none, the devices must be registered anew',
  EACCES:
    'Run the command as the user of the gateway, or with sudo. If it is the gateway that says so, chown the file to its user',
};

export class KeyVault {
  readonly #key: Buffer;
  readonly #file: string;

  private constructor(key: Buffer, file: string) {
    this.#key = key;
    this.#file = file;
  }

  /** Throws a MachimoriError "key-file". */
  static open(file: string): KeyVault {
    try {
      const digits = readFileSync(file, 'utf8').trim();
      if (!/^[0-9a-f]{64}$/i.test(digits)) throw new Error('it does not hold 64 hexadecimal digits');
      if ((statSync(file).mode & 0o007) !== 0) throw new Error('every user may read it');
      return new KeyVault(Buffer.from(digits, 'hex'), file);
    } catch (cause) {
      throw new MachimoriError('key-file', {
        what: `the key of the registered devices cannot be used (${messageOf(cause)})`,
        on: file,
        hint:
          HINTS[codeOf(cause)] ??
          `It must be a file of 64 hexadecimal digits that only the gateway may read: chmod 640 ${file}`,
        cause,
      });
    }
  }

  /** Opens it, or draws a new key where there is no file. Throws a MachimoriError "key-file" or "file-unwritable". */
  static openOrCreate(file: string): KeyVault {
    if (!existsSync(file)) replaceFile(file, Buffer.from(`${randomBytes(KEY_BYTES).toString('hex')}\n`));
    return KeyVault.open(file);
  }

  seal(secret: Uint8Array, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(purpose));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64');
  }

  /** Throws a MachimoriError "key-file" where it was not sealed with this key for this purpose. */
  unseal(sealed: string, purpose: string): Uint8Array {
    const bytes = Buffer.from(sealed, 'base64');
    try {
      const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new MachimoriError('key-file', {
        what: `keys of ${purpose} were not encrypted with this key, or are damaged`,
        on: this.#file,
        hint: 'Put the right key file back from its copy, or register the device anew',
        cause,
      });
    }
  }
}
