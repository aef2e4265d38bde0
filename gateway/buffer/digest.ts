/** The digest of shared/feed/digest.ts, computed synchronously: it tells which of two batches with one number a receipt answers. */
import { createHash } from 'node:crypto';
import type { Receipt } from '../../shared/feed/receipt.ts';

export function digestOf(message: Uint8Array): string {
  return createHash('sha256').update(message).digest('hex').slice(0, 16);
}

/** Whether the receipt can be the answer to these bytes. Without a digest in the receipt, or bytes to compare, it can. */
export function answers({ digest }: Receipt, message: Uint8Array | undefined): boolean {
  return digest === undefined || message === undefined || digest === digestOf(message);
}
