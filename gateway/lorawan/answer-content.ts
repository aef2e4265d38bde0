/**
 * What an answer carries, and in which of the two windows it has room. Pure.
 *
 * The windows may differ in data rate, so in what fits. A queued downlink may use the roomier one alone; commands without one
 * stay short enough for both. In order of importance: what a 1.1 device must hear to stay, and the channels of a new device;
 * the first queued downlink that fits; the other answers; the network's own requests.
 */
import { type CommandBlock, commandBytes } from '../../devices/lorawan/downlink.ts';
import type { ServerMacCommand } from '../../devices/lorawan/mac-codec.ts';
import { maxFOptsBytes } from '../../devices/lorawan/phy-payload.ts';
import type { QueuedDownlink } from './downlink-queue.ts';
import type { Request } from './requests.ts';

/** FHDR without FOpts, and FPort. */
const overheadBytes = 8;

interface Wanted {
  readonly answers: readonly ServerMacCommand[];
  readonly requests: readonly Request[];
  readonly queued: readonly QueuedDownlink[];
  /** Of each window, bytes of MACPayload. */
  readonly rooms: readonly number[];
}

export interface AnswerContent {
  readonly next: QueuedDownlink | undefined;
  readonly blocks: readonly CommandBlock[];
  readonly maxMacPayload: number;
}

export function answerContent({ answers, requests, queued, rooms }: Wanted): AnswerContent {
  const first: readonly CommandBlock[] = [
    ...answers.filter(isIndispensable).map((answer) => [answer]),
    ...requests.filter(({ isUrgent }) => isUrgent).map(({ block }) => block),
  ];
  const firstBytes = Math.min(maxFOptsBytes, commandBytes(first.flat()));
  const [least, most] = [Math.min(...rooms), Math.max(0, ...rooms)];
  const next = queued.find(({ payload }) => payload.length / 2 <= most - overheadBytes - firstBytes);
  const blocks = [
    ...first,
    ...answers.filter((answer) => !isIndispensable(answer)).map((answer) => [answer]),
    ...requests.filter(({ isUrgent }) => !isUrgent).map(({ block }) => block),
  ];
  const isForBoth = next === undefined || next.payload.length / 2 <= least - overheadBytes - firstBytes;
  return { next, blocks, maxMacPayload: isForBoth ? Math.min(most, least) : most };
}

/** A device of 1.1 goes back to joining if it does not hear of it (1.1 §5.2, §5.10). */
function isIndispensable({ name }: ServerMacCommand): boolean {
  return name === 'RekeyConf' || name === 'ResetConf';
}
