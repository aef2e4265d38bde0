/** Who ordered what, and how it ended: `order-audit/` in the data directory (machine/audit-file.ts), without arguments, which may be secret. */
import { join } from 'node:path';
import { AuditFile, type Entry } from '../machine/audit-file.ts';

export interface OrderEntry extends Entry {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** At a hub: whose, "tenant/gateway". */
  readonly gateway?: string | undefined;
  readonly action: string;
  readonly device?: string | undefined;
  readonly by: string;
  /** The name of the key that signed it. */
  readonly key?: string | undefined;
  /** "begun", or an outcome of shared/orders/result.ts; at a hub "ordered" too. */
  readonly outcome: string;
  readonly reason?: string | undefined;
}

export interface OrderAudit extends Pick<AuditFile<OrderEntry>, 'append'> {
  /** The last entries, the oldest first. Rejects with the system's error. */
  recent(): Promise<readonly OrderEntry[]>;
}

/** Some 250 entries: a kill takes the last alone. */
const maxRecentBytes = 64_000;

/** Whole months go when they are past it. */
const keptMs = 3 * 365 * 86_400_000;

export function orderAudit(dataDirectory: string): OrderAudit {
  const file = new AuditFile<OrderEntry>(join(dataDirectory, 'order-audit'));
  let month = '';
  return {
    recent: () => file.recent(maxRecentBytes),
    async append(entry) {
      await file.append(entry);
      const now = entry.at.slice(0, 7);
      if (now !== month) file.forget(Date.parse(entry.at) - keptMs);
      month = now;
    },
  };
}
