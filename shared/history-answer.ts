/** How a device's quantities went, as the action `history` tells it. */
import type { ReadingKind } from './reading.ts';
import type { Text } from './text.ts';

/**
 * Some readings together, or one: the time of the last (epoch ms), least, greatest, mean, 1 if they are in doubt; and, if all of so many ms were
 * put together before, how many.
 */
export type HistoryPoint = readonly [
  at: number,
  low: number,
  high: number,
  mean: number,
  isDoubtful: 0 | 1,
  spanMs?: number,
];

export interface HistoryAnswer {
  /** "memory": what the gateway has heard since it began, as far as it is kept. */
  readonly source: 'archive' | 'memory';
  /** Memory only: since when the gateway has kept it, epoch ms. */
  readonly since?: number;
  /** Readings this close together are one point, ms. */
  readonly bucketMs: number;
  /** By quantity, oldest first. */
  readonly series: Readonly<Record<string, readonly HistoryPoint[]>>;
  /** Why the archive could not be asked; what is here is from memory. */
  readonly fault?: Text;
  /** It took too long: older ones are missing. */
  readonly isCut?: true;
}

/** Where people and vehicles were is nobody's to browse, and alarms are not quantities. */
export const WITHOUT_HISTORY: readonly ReadingKind[] = ['sighting', 'position', 'alarm'];

export const maxHistoryQuantities = 8;
export const maxHistoryPoints = 1_000;
