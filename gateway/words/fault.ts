/** What is wrong with a configuration: where, what, and how to mend it. */
import type { Text } from '../../shared/text.ts';

/** The keys from the root of the file, with indexes for lists: ["device", 2, "baud"]. */
export type Path = readonly (string | number)[];

export interface Fault {
  /** A note does not keep the gateway from starting. */
  readonly severity: 'fault' | 'note';
  readonly path: Path;
  readonly what: Text;
  readonly mend: Text;
}

export function fault(path: Path, what: Text, mend: Text): Fault {
  return { severity: 'fault', path, what, mend };
}

export function note(path: Path, what: Text, mend: Text): Fault {
  return { severity: 'note', path, what, mend };
}
