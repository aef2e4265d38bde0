/** A site on a small board for some minutes, and what it must hold. */
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { BOARD, BoardSite, batchAgeMs, graceMs } from './board-site.ts';
import type { GroupFigures } from './control-group.ts';
import { type Arrival, noStages, type Stage, stagesText } from './lateness.ts';

export interface BoardOptions {
  readonly minutes: number;
  /** The program that runs the gateway. */
  readonly node: string;
  report(line: string): void;
}

export interface BoardFigures {
  readonly readings: number;
  readonly perSecond: number;
  readonly lost: number;
  readonly twice: number;
  readonly restarts: number;
  /** From observation to arrival at the city OS. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Readings that came more than a second after the batch's age. */
  readonly late: number;
  /** Where those were held up. */
  readonly lateBy: Readonly<Record<Stage, number>>;
  readonly peakMb: number;
  readonly anonMb: number;
  readonly fileMb: number;
  /** How often the limit was reached and something was reclaimed. */
  readonly timesFull: number;
  /** Of one core. */
  readonly cpuPercent: number;
  readonly throttledPercent: number;
  /** Whether the console was watched to the end. */
  readonly isWatched: boolean;
}

export interface BoardOutcome extends BoardFigures {
  readonly faults: readonly string[];
}

const minuteMs = 60_000;
const lookEveryMs = 1_000;
const settleMs = 60_000;

export async function runBoard({ minutes, node, report }: BoardOptions): Promise<BoardOutcome> {
  const site = await BoardSite.open(node);
  try {
    await site.start();
    report(
      `The gateway runs in a control group (version ${site.group.version}): ${BOARD.memoryBytes / 2 ** 20} MB, ${BOARD.cpuPercent} % of a core`,
    );
    const [startedAt, first] = [performance.now(), site.group.look()];
    const ages: number[] = [];
    const lateBy = noStages();
    const take = (arrivals: readonly Arrival[]) => {
      const fresh = arrivals.map(({ observedAt, receivedAt }) => receivedAt - observedAt);
      for (const age of fresh) ages.push(age);
      const told = tellLate(arrivals, site);
      for (const { stage } of told.heldUp) lateBy[stage]++;
      if (told.text !== undefined) report(told.text);
      return fresh;
    };
    let [before, readBefore, watchedBefore, isWatched] = [first, 0, 0, true];
    let most = first;
    for (let minute = 1; minute <= Math.ceil(minutes); minute++) {
      const endAt = startedAt + Math.min(minute, minutes) * minuteMs;
      while (performance.now() < endAt) {
        await delay(Math.min(lookEveryMs, Math.max(0, endAt - performance.now())));
        await site.startAgain();
        const now = site.group.look();
        if (now.anonBytes > most.anonBytes) most = now;
      }
      const [now, fresh, { sent, stored }] = [site.group.look(), take(site.newArrivals()), site.accounts()];
      if (minute > 1 && site.watchedBytes === watchedBefore) isWatched = false;
      const part = { ...shareOf(before, now, Math.min(minuteMs, minutes * minuteMs)), ...agesOf(fresh) };
      report(
        `minute ${minute}: ${sent - readBefore} sent, ${fresh.length} stored, ${sent - stored} on their way; age p50 ${part.p50Ms}, p99 ${part.p99Ms}, max ${part.maxMs} ms; ` +
          `memory ${mb(now.usedBytes)} MB (own ${mb(now.anonBytes)}, files ${mb(now.fileBytes)}), peak ${mb(now.peakBytes)}, full ${now.timesFull} times; ` +
          `CPU ${part.cpuPercent} %, throttled ${part.throttledPercent} %; ${site.restarts} restarts; console ${site.watchedBytes - watchedBefore} bytes; load ${loadavg()[0]?.toFixed(1)}`,
      );
      [before, readBefore, watchedBefore] = [now, sent, site.watchedBytes];
    }
    const ranMs = performance.now() - startedAt;
    const last = site.group.look();
    await site.settle(settleMs);
    take(site.newArrivals());
    const { sent, lost, twice } = site.accounts();
    const figures: BoardFigures = {
      ...{ readings: sent, perSecond: Math.round((sent * 10_000) / ranMs) / 10, lost, twice, restarts: site.restarts },
      ...agesOf(ages),
      ...{
        lateBy,
        peakMb: mb(last.peakBytes),
        anonMb: mb(most.anonBytes),
        fileMb: mb(last.fileBytes),
        timesFull: last.timesFull,
      },
      ...shareOf(first, last, ranMs),
      isWatched,
    };
    return { ...figures, faults: faultsOf(figures) };
  } finally {
    await site.close();
  }
}

/** Where the late ones of these readings were held up, and a line about them; none if none was late. */
function tellLate(arrivals: readonly Arrival[], { lateness }: BoardSite) {
  const late = arrivals.filter((arrival) => lateness.isLate(arrival));
  const heldUp = late.map((arrival) => lateness.heldUp(arrival));
  const ageOf = ({ observedAt, receivedAt }: Arrival) => receivedAt - observedAt;
  const [worst] = late.toSorted((a, b) => ageOf(b) - ageOf(a));
  if (worst === undefined) return { heldUp, text: undefined };
  const stages = noStages();
  for (const { stage } of heldUp) stages[stage]++;
  const about = { device: worst.device, batch: worst.number, ageMs: ageOf(worst), ...lateness.heldUp(worst) };
  return { heldUp, text: `  late: ${stagesText(stages)}; the latest: ${JSON.stringify(about)}` };
}

/** What the board did not hold; none if it did. */
export function faultsOf({
  restarts,
  lost,
  twice,
  maxMs,
  lateBy,
  perSecond,
  isWatched,
}: BoardFigures): readonly string[] {
  return [
    ...(restarts > 0 ? [`the gateway was started again ${restarts} times`] : []),
    ...(lost > 0 ? [`${lost} readings were lost`] : []),
    ...(twice > 0 ? [`${twice} readings are stored twice`] : []),
    ...(maxMs > 2 * batchAgeMs
      ? [`a reading was late by more than the batch age: it came after ${maxMs} ms (late ones: ${stagesText(lateBy)})`]
      : []),
    ...(perSecond < 19 ? [`only ${perSecond} readings a second were sent: the devices were late`] : []),
    ...(isWatched ? [] : ['the console said nothing for a minute']),
  ];
}

export function agesOf(ages: readonly number[]): Pick<BoardFigures, 'p50Ms' | 'p99Ms' | 'maxMs' | 'late'> {
  const sorted = ages.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  const late = sorted.filter((age) => age > batchAgeMs + graceMs).length;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), late };
}

function shareOf(
  from: GroupFigures,
  to: GroupFigures,
  ms: number,
): Pick<BoardFigures, 'cpuPercent' | 'throttledPercent'> {
  const percent = (part: number) => Math.round((part * 1_000) / ms) / 10;
  return { cpuPercent: percent(to.cpuMs - from.cpuMs), throttledPercent: percent(to.throttledMs - from.throttledMs) };
}

function mb(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
