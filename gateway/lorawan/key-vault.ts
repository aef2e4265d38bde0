/**
 * Device keys at rest: encrypted under a key in a separate file, which is kept out of the backup of the register.
 *
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. A secret's purpose is authenticated with it, so one device's keys
 * cannot replace another's. A secret is base64 of nonce, ciphertext and tag.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, MachimoriError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { changing } from '../machine/folder-lock.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { say } from './words.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const HINTS: Readonly<Record<string, () => Text>> = { ENOENT: say.keyFileGone, EACCES: say.keyFileDenied };

export class KeyVault {
  readonly #key: Buffer;
  readonly #file: string;

  private constructor(key: Buffer, file: string) {
    this.#key = key;
    this.#file = file;
  }

  /** Throws a MachimoriError "key-file". */
  static open(file: string): KeyVault {
    const unusable = (why: Text, cause?: unknown) =>
      new MachimoriError('key-file', {
        what: say.keyFileUnusable({ why }),
        on: file,
        hint: HINTS[codeOf(cause)]?.() ?? say.protectKeyFile({ file }),
        cause,
      });
    let digits: string;
    let mode: number;
    try {
      digits = readFileSync(file, 'utf8').trim();
      ({ mode } = statSync(file));
    } catch (cause) {
      throw unusable(textOf(cause), cause);
    }
    if (!/^[0-9a-f]{64}$/i.test(digits)) throw unusable(say.notHex());
    if ((mode & 0o007) !== 0) throw unusable(say.worldReadable());
    return new KeyVault(Buffer.from(digits, 'hex'), file);
  }

  /** Opens the file, or creates it with a new key. Throws a MachimoriError "key-file" or "file-unwritable". */
  static openOrCreate(file: string): KeyVault {
    if (!existsSync(file)) {
      changing(dirname(file), () => {
        if (existsSync(file)) return; // another process was first
        replaceFile(file, Buffer.from(`${randomBytes(KEY_BYTES).toString('hex')}\n`));
      });
    }
    return KeyVault.open(file);
  }

  seal(secret: Uint8Array, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(purpose));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64');
  }

  /** Throws a MachimoriError "key-file" if it was not sealed with this key for this purpose. */
  unseal(sealed: string, purpose: string): Uint8Array {
    const bytes = Buffer.from(sealed, 'base64');
    try {
      const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new MachimoriError('key-file', {
        what: say.notThisKey({ purpose }),
        on: this.#file,
        hint: say.restoreKeyFile(),
        cause,
      });
    }
  }
}
