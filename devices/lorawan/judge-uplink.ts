/**
 * Whether a data frame is of a session, and if so whether it is new.
 *
 * Promise: no frame counter is accepted twice, and none below the last. The MIC is checked over the whole 32-bit counter
 * (LoRaWAN 1.0.4 §4.3.1.5, §4.4). What is not new is told apart, so that the technician knows what to do:
 *  - retransmission: the last frame again, because the device has heard no answer, or has been told to repeat itself;
 *  - replay: an earlier frame of this session again, or one that was late;
 *  - counter-reset: a device with fixed keys (ABP) counts from the beginning again, as many do when they lose power. It
 *    looks like a replay, except that the frame is not the one that had this counter.
 */
import { toHex } from '../../shared/hex.ts';
import { isSameMic, type UplinkRadio, uplinkMic10, uplinkMic11 } from './data-security.ts';
import { frameCounterCandidates } from './frame-counter.ts';
import { type DataFrame, withoutMic } from './phy-payload.ts';
import { type Counters, isOneOne, type Session } from './session.ts';

export interface Verdict {
  readonly kind: 'fresh' | 'retransmission' | 'replay' | 'counter-reset';
  /** The whole counter under which the MIC fits. */
  readonly fCnt: number;
}

/** Undefined where the frame is not of this session. */
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

/** What of a MIC stays the same when the frame is repeated: in 1.1 the first half also covers the channel (1.1 §4.4.1). */
function ofContent(mic: string | undefined, session: Session): string | undefined {
  return isOneOne(session) ? mic?.slice(4) : mic;
}

/** Few devices lose power within their first frames; a counter near zero after many frames is one that has begun anew. */
const firstFrames = 16;

function looksReset(fCnt: number, up: number): boolean {
  return fCnt < firstFrames && (fCnt === up || up - fCnt >= firstFrames);
}
