/**
 * The destination `tags`, at an operator: what was sealed to it is opened, what it has enrolled is kept, and whoever may ask is answered.
 *
 *   batches ─▶ decode, choose ─▶ open, whose tag? ─▶ one transaction: judge, write (sqlite/, postgres/) ─▶ receipts
 *   table of enrolled tags, when it changes ─▶ what was struck out is erased            questions.ts ─▶ answers
 *
 * Promise: a receipt means that the sightings of enrolled tags are committed and durable, each once by (tenant, gateway, epoch, number,
 * index); all others are dropped, and only their number is kept. An identifier is never written, and no tag is ever logged. A tag that is
 * struck out is dropped from then on, and what is known of it is erased; what is older than `retention` is deleted, and not stored
 * if it comes later. Nothing is stored while the clock is not set. When the database goes away the session ends, and everything
 * without a receipt goes again. Bounds: group-commit.ts; each engine states its own.
 */
import { archiveAt, archiveNeeds } from '../../postgres/settings.ts';
import { say as archive } from '../archive/words.ts';
import type { Destination, DestinationSurroundings, DestinationType } from '../destination.ts';
import { AskingLimits } from './asking-limits.ts';
import { checkTags, type TagSettings, tagSettings } from './settings.ts';

export const tagsType: DestinationType<typeof tagSettings> = {
  name: 'tags',
  settings: tagSettings,
  check: checkTags,
  needs: archiveNeeds,
  place: archiveAt,
  samePlace: archive.sameTables,
  open,
  eraseSightings: () => undefined, // who is struck out of the table of enrolled tags is erased
};

function open(settings: TagSettings, surroundings: DestinationSurroundings): Destination {
  const { name, window, windowSizeBytes: windowBytes, reconnectWithinMs, perMinute } = settings;
  const limits = new AskingLimits(perMinute); // whoever is locked out stays so in the next session
  return {
    ...{ name, window, windowBytes, reconnectWithinMs },
    open: async (signal) => (await import('./session.ts')).openSession(settings, surroundings, limits, signal),
  };
}
