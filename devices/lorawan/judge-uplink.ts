/**
 * Whether a data frame belongs to a session, and if so whether it is new.
 *
 * Promise: no frame counter is accepted twice, and none below the last. The MIC is checked over the complete 32-bit counter
 * (LoRaWAN 1.0.4 §4.3.1.5, §4.4). Frames that are not new are classified, so that the technician knows what to do:
 *  - retransmission: the last frame again, because the device heard no answer or was told to repeat;
 *  - replay: an earlier frame of this session again, or a late one;
 *  - counter-reset: a device with fixed keys (ABP) counts from 0 again, as many do after losing power. It looks like a
 *    replay, except that the frame is not the one that had this counter.
 */
import { toHex } from '../../shared/hex.ts';
import { cryptFOpts, cryptPayload, isSameMic, type UplinkRadio, uplinkMic10, uplinkMic11 } from './data-security.ts';
import { type MacCommand, parseMacCommands } from './mac-codec.ts';
import { type DataFrame, withoutMic } from './phy-payload.ts';
import { type Counters, isOneOne, type Session } from './session.ts';

export interface Verdict {
  readonly kind: 'fresh' | 'retransmission' | 'replay' | 'counter-reset';
  /** The complete counter that fits the MIC. */
  readonly fCnt: number;
}

/** Undefined if the frame does not belong to this session. */
export function judgeUplink(
  frame: DataFrame,
  phyPayload: Uint8Array,
  { session, counters, isAbp }: { readonly session: Session; readonly counters: Counters; readonly isAbp: boolean },
  { txDr, txCh }: Pick<UplinkRadio, 'txDr' | 'txCh'>,
): Verdict | undefined {
  const { up } = counters;
  const message = withoutMic(phyPayload);
  const { confirmed } = counters;
  const confirmedCounters = frame.ack && confirmed.length > 0 ? confirmed : [0];
  const fits = (fCnt: number) =>
    isOneOne(session)
      ? confirmedCounters.some((confFCnt) =>
          isSameMic(uplinkMic11(session.keys, message, fCnt, { txDr, txCh, confFCnt }), frame.mic),
        )
      : isSameMic(uplinkMic10(session.keys.fNwkSIntKey, message, fCnt), frame.mic);
  for (const fCnt of frameCounterCandidates(up, frame.fCnt16)) {
    if (!fits(fCnt)) continue;
    if (up === undefined || fCnt > up) return { kind: 'fresh', fCnt };
    const isLast = fCnt === up && ofContent(toHex(frame.mic), session) === ofContent(counters.mic, session);
    if (isLast) return { kind: 'retransmission', fCnt };
    return { kind: isAbp && looksReset(fCnt, up) ? 'counter-reset' : 'replay', fCnt };
  }
  return undefined;
}

/** The part of a MIC that stays the same in a repetition: in 1.1 the first half also covers the channel (1.1 §4.4.1). */
function ofContent(mic: string | undefined, session: Session): string | undefined {
  return isOneOne(session) ? mic?.slice(4) : mic;
}

/** Few devices lose power within their first frames; a counter near zero after many frames has restarted. */
const firstFrames = 16;

function looksReset(fCnt: number, up: number): boolean {
  return fCnt < firstFrames && (fCnt === up || up - fCnt >= firstFrames);
}

/** Frame counters have 32 bits at both ends, 16 of them on the air: LoRaWAN 1.0.4 (TS001) §4.3.1.5. */

const ROLL_OVER = 0x1_0000;
const COUNTERS = 0x1_0000_0000;

/**
 * The counter of a frame with the low bits `low16`, received after the counter `last`: the smallest counter from
 * `last` on with these bits, or `low16` without a `last`. At the end of a session's 2^32 frames there may be no such counter;
 * then the one before `last` is returned, and the frame cannot be new. The counter never wraps, since the keys are used up.
 */
export function fullFrameCounter(last: number | undefined, low16: number): number {
  if (last === undefined) return low16;
  const inSameTurn = last - (last % ROLL_OVER) + low16;
  if (inSameTurn >= last || inSameTurn + ROLL_OVER >= COUNTERS) return inSameTurn;
  return inSameTurn + ROLL_OVER;
}

/**
 * The one to three counters that a frame with these low bits may have, likeliest first: the next from `last` on; the one
 * before `last`, for a replay or late frame; `low16` itself, if the device has restarted. The MIC decides.
 */
export function frameCounterCandidates(last: number | undefined, low16: number): readonly number[] {
  if (last === undefined) return [low16];
  const next = fullFrameCounter(last, low16);
  const earlier = next > last ? next - ROLL_OVER : next;
  return [...new Set([next, earlier, low16])].filter((counter) => counter >= 0);
}

/** A decrypted uplink (LoRaWAN 1.0.4 §4.3.3; 1.1 §4.3.1.6, §4.3.3). */

export interface Opened {
  readonly macCommands: readonly MacCommand[];
  /** Empty if the device sent only its port: that too says something. Absent without one, or on FPort 0. */
  readonly payload?: { readonly port: number; readonly bytes: Uint8Array };
}

/** `fCnt`: the complete counter that fits the MIC. Commands from the first unreadable one on are left out. */
export function openUplink(frame: DataFrame, session: Session, fCnt: number): Opened {
  const { fPort, fOpts, payload, devAddr } = frame;
  const { keys } = session;
  const commands =
    isOneOne(session) && fOpts.length > 0
      ? cryptFOpts(keys.nwkSEncKey, { direction: 'up', devAddr, fCnt, ...(fPort !== undefined && { fPort }) }, fOpts)
      : fOpts;
  if (fPort === undefined || (fPort === 0 && payload.length === 0)) {
    return { macCommands: parseMacCommands(commands, 'up').commands };
  }
  const bytes = cryptPayload(fPort === 0 ? keys.nwkSEncKey : keys.appSKey, 'up', devAddr, fCnt, payload);
  if (fPort === 0) return { macCommands: parseMacCommands(bytes, 'up').commands };
  return { macCommands: parseMacCommands(commands, 'up').commands, payload: { port: fPort, bytes } };
}
