/** Files with secrets: how they are read and compared. What `check` finds wrong with them is in credential-file.ts. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { say } from './words.ts';

/** What the credentials are for: a broker, or a server of the gateway's own. */
type Whose = 'broker' | 'server';

/** A password, certificate or key. Throws a MachimoriError "broker-credentials" or "server-credentials" if it cannot be read. */
export function readCredential(file: string, whose: Whose = 'broker'): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new MachimoriError(`${whose}-credentials`, {
      what: say.unreadable({ why: messageOf(cause) }),
      on: file,
      hint: say.checkReadable(),
      cause,
    });
  }
}

/**
 * A password or token: a file's text without white space at its end.
 * Throws the same if it cannot be read or is empty: nothing is not a secret.
 */
export function readSecret(file: string, whose: Whose = 'broker'): string {
  const secret = readCredential(file, whose).toString('utf8').trimEnd();
  if (isEmptySecret(secret)) {
    throw new MachimoriError(`${whose}-credentials`, { what: say.emptySecret(), on: file, hint: say.writeSecret() });
  }
  return secret;
}

/** A token is written with or without "Bearer". */
export function isEmptySecret(secret: string): boolean {
  return /^\s*(bearer)?\s*$/i.test(secret);
}

/** Whether a given text is the secret. Compares hashes in constant time, so that neither content nor length leaks. */
export function sameSecret(secret: string): (given: string) => boolean {
  const expected = digest(secret);
  return (given) => timingSafeEqual(expected, digest(given));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
