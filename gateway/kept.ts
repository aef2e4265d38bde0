/** What outlives a new start of the gateway within its process (supervise.ts), so that a change of its configuration disturbs nobody. In memory only. */
import type { ConsoleMemory } from './console/console.ts';
import type { Recent } from './history/recent.ts';
import type { Silenced } from './outputs/switchboard.ts';

export interface Kept {
  /** Who is signed in to the console, and who tried; absent until it is first served. */
  console?: ConsoleMemory;
  /** How quantities went, and since when: monotonic ms. Absent until there is a console. */
  recent?: { readonly recent: Recent; readonly since: number };
  readonly silenced: Silenced;
}

export function nothingKept(): Kept {
  return { silenced: new Map() };
}
