/**
 * What was changed through the console, by whom: `console-audit/` in the data directory (machine/audit-file.ts). A change has two lines: one that is on
 * the disk before it begins, and one that says how it ended. If the first cannot be written, nothing is changed.
 *
 * Parameters are kept without secrets and without whose tag it is, and cut: `maxText` characters, `maxItems` entries, `maxDepth`.
 */
import { join } from 'node:path';
import { AuditFile, type Entry } from '../machine/audit-file.ts';

/** Whole months go when they are past it. */
export const auditKeptMs = 3 * 365 * 86_400_000;
const maxText = 200;
const maxItems = 20;
const maxDepth = 5;
/** A text is a whole configuration, which is kept as a version. */
const SECRET = /key|password|secret|token|credential|^tags?$|\.tags$|^text$/i;

export interface ConsoleEntry extends Entry {
  /** The same in both lines of a change. */
  readonly id: string;
  readonly user: string;
  readonly role: string;
  readonly address: string;
  /** An action of the control socket, "sign-in" or "sign-out". */
  readonly action: string;
  /** In the first line of a change. */
  readonly parameters?: unknown;
  readonly outcome: 'begun' | 'done' | 'failed';
  /** Of the fault, if it failed. */
  readonly code?: string;
}

export class ConsoleAudit extends AuditFile<ConsoleEntry> {
  constructor(dataDirectory: string) {
    super(join(dataDirectory, 'console-audit'));
  }
}

/** Parameters as they may be kept. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > maxText ? `${value.slice(0, maxText)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '…';
  if (Array.isArray(value)) {
    const kept = value.slice(0, maxItems).map((each) => withoutSecrets(each, depth + 1));
    return value.length > maxItems ? [...kept, `… ${value.length}`] : kept;
  }
  const entries = Object.entries(value).slice(0, maxItems);
  const sets = Object.hasOwn(value, 'set') ? String(Reflect.get(value, 'set')) : ''; // a change of a setting: its value stands beside its name
  return Object.fromEntries(
    entries.map(([key, each]) => [key.slice(0, maxText), isSecret(key, sets) ? '…' : withoutSecrets(each, depth + 1)]),
  );
}

function isSecret(key: string, sets: string): boolean {
  return SECRET.test(key) || (key === 'value' && SECRET.test(sets));
}
