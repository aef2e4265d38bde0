/**
 * `archive`: a hub follows an archive in PostgreSQL, into which workers write, and feeds what comes to its own destinations.
 *
 *   batch: by (transaction, id), as far as committed for good ──▶ relay.ts ──▶ receiver: durable in the buffer ──▶ position
 *
 * Settings: settings.ts. What is read and how: pages.ts. Where it goes on: position.ts.
 */
import { archiveAt, archiveNeeds } from '../../postgres/settings.ts';
import type { FeedPort, PortSurroundings, PortType } from '../port.ts';
import { keepPortOpen } from '../reopening.ts';
import { type ArchivePortSettings, archivePortSettings, checkArchivePort } from './settings.ts';
import { say } from './words.ts';

export const archive: PortType<typeof archivePortSettings> = {
  name: 'archive',
  shape: 'feed',
  fetches: true,
  settings: archivePortSettings,
  check: checkArchivePort,
  needs: archiveNeeds,
  line: archiveAt,
  async probe(settings, surroundings, signal) {
    const { openArchive } = await import('./open-archive.ts');
    (await openArchive(settings, surroundings, signal)).close();
    return say.canBeFollowed();
  },
  open: archivePort,
};

export function archivePort(settings: ArchivePortSettings, surroundings: PortSurroundings): FeedPort {
  return {
    shape: 'feed',
    path: archiveAt(settings),
    isWorker: false,
    run: (receiver, signal) =>
      keepPortOpen(
        settings.name,
        async () => {
          const { openArchive } = await import('./open-archive.ts'); // only a relay loads either
          const { relay } = await import('./relay.ts');
          const opened = await openArchive(settings, surroundings, signal);
          try {
            return await relay(opened, settings, receiver, surroundings);
          } finally {
            opened.close();
          }
        },
        receiver,
        surroundings,
        signal,
      ),
  };
}
