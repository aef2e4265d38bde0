/** Which batch of a number a receipt answers, where the receiver says so: the digest of shared/feed/digest.ts, at once. */
import { createHash } from 'node:crypto';
import type { Receipt } from '../../shared/feed/receipt.ts';

export function digestOf(message: Uint8Array): string {
  return createHash('sha256').update(message).digest('hex').slice(0, 16);
}

/** Whether the receipt can be the answer to these bytes; a receiver that keeps no digests says nothing of them. */
export function answers({ digest }: Receipt, message: Uint8Array | undefined): boolean {
  return digest === undefined || message === undefined || digest === digestOf(message);
}
