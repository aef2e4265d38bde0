/**
 * The key with which a hub signs orders: `orders.key` in the data directory (Ed25519, PKCS #8 in PEM), for its owner alone; made when it is
 * first needed. Every gateway's enrolment names its public half. A city that keeps its keys elsewhere signs there (`--key`), and this one never
 * comes to be trusted: take it out of the enrolments with `[orders] enrolled = false`.
 */
import { join } from 'node:path';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import type { Signer } from '../../shared/signing/sign1.ts';
import type { Text } from '../../shared/text.ts';
import { readOwnKey } from '../machine/ed25519-file.ts';
import { keyIn } from './list-key.ts';
import { say } from './words.ts';

export function orderKeyFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'orders.key');
}

export interface OrderSigner {
  /** Base64url. */
  readonly publicKey: string;
  signer(): Promise<Signer>;
}

/** The hub's own. Throws a MachimoriError "order-key-unusable", "file-unwritable". */
export function orderKey(dataDirectory: string): OrderSigner {
  const file = orderKeyFileOf(dataDirectory);
  keyIn(file, dataDirectory);
  return readKey(file, say.restoreOrderKey());
}

/** Of a file that somebody keeps. Throws a MachimoriError "order-key-unusable". */
export function readOrderKey(file: string): OrderSigner {
  return readKey(file, say.useSigningKey());
}

function readKey(file: string, hint: Text): OrderSigner {
  try {
    return readOwnKey(file);
  } catch (cause) {
    throw new MachimoriError('order-key-unusable', {
      what: say.orderKeyUnusable({ why: messageOf(cause) }),
      on: file,
      hint,
      cause,
    });
  }
}
