/** The gateway that runs, as its status tells it: what it says is wrong, and whether the city OS answers. */
import { isoTime } from '../../shared/reading.ts';
import type { Status } from '../status/status.ts';
import { bad, doubtful, type Finding, good } from './finding.ts';
import { say } from './words.ts';

/** A city OS that has receipted nothing for so long although something waits, ms. */
const longMs = 15 * 60_000;

/** `status`: undefined if no gateway runs. `now`: epoch ms. */
export function examineRunning(status: Status | undefined, version: string, now: number): Finding[] {
  if (status === undefined) return [doubtful('gateway', say.notRunning(), say.startIt())];
  const { problems } = status;
  return [
    status.version === version
      ? good('gateway', say.running({ version, since: status.startedAt }))
      : doubtful('gateway', say.otherRelease({ running: status.version, installed: version }), say.restartIt()),
    ...problems.map((what) => bad('status', what, say.seeStatus())),
    ...Object.entries(status.destinations).map(([name, { lastReceiptAt, oldestWaitingMs = 0 }]) => {
      const about = `receipts ${name}`;
      if (lastReceiptAt === undefined) return doubtful(about, say.noReceiptYet(), say.lookAtCityOs());
      const what = say.lastReceipt({ at: isoTime(lastReceiptAt) });
      return oldestWaitingMs > longMs && now - lastReceiptAt > longMs
        ? bad(about, what, say.lookAtCityOs())
        : good(about, what);
    }),
    ...Object.entries(status.ports).flatMap(([name, { stations = {} }]) =>
      Object.entries(stations).map(([station, { lastAt }]) =>
        good(`port ${name}`, say.station({ station, at: isoTime(lastAt) })),
      ),
    ),
  ];
}
