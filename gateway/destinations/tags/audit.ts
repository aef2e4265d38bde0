/**
 * Who asked for whom, and who enrolled or struck out whom: a line for each request, on the disk before the answer goes out (audit-file.ts). A
 * request whose line cannot be written is not answered, and changes nothing.
 *
 * It lies in `<name>-audit/`; whole months go when they are past `audit-retention`. It names tags and accounts, and says nothing of where a
 * tag was.
 */
import { join } from 'node:path';
import { AuditFile } from '../../machine/audit-file.ts';

export interface AuditEntry {
  /** ISO 8601. */
  readonly at: string;
  /** The account; of one that was refused, as it called itself. */
  readonly who: string;
  readonly address: string;
  readonly asked: 'last' | 'path' | 'list' | 'enrol' | 'strike-out';
  /** Not of a list. */
  readonly tag?: string;
  /** ISO 8601, of a path. */
  readonly from?: string;
  readonly until?: string;
  /** "refused": the credentials are wrong, or the account lacks the right. */
  readonly outcome: 'asked' | 'refused';
}

export class Audit extends AuditFile<AuditEntry> {
  constructor(dataDirectory: string, destination: string) {
    super(join(dataDirectory, `${destination}-audit`));
  }
}
