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
import { cryptFOpts, cryptPayload, isSameMic, type UplinkRadio, uplinkMic10, uplinkMic11 } from './data-security.ts';
import { type MacCommand, parseMacCommands } from './mac-codec.ts';
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

/** Frame counters: 32 bits at both ends, of which 16 are on the air. LoRaWAN 1.0.4 (TS001) §4.3.1.5. */

const ROLL_OVER = 0x1_0000;
const COUNTERS = 0x1_0000_0000;

/**
 * The counter of a frame with the low bits `low16`, heard after one with the counter `last`: the smallest from `last` on
 * that has them. Without a `last` it is `low16`. At the end of a session's 2^32 frames there may be none: then it is the
 * one before `last`, and the frame cannot be new. The counter never starts again, since the keys are used up.
 */
export function fullFrameCounter(last: number | undefined, low16: number): number {
  if (last === undefined) return low16;
  const inSameTurn = last - (last % ROLL_OVER) + low16;
  if (inSameTurn >= last || inSameTurn + ROLL_OVER >= COUNTERS) return inSameTurn;
  return inSameTurn + ROLL_OVER;
}

/**
 * The counters under which a frame with these low bits can have been sent, the likeliest first, one to three of them:
 * the next from `last` on; the one before `last`, if it is a replay or late; `low16` itself, if the device has begun
 * anew. That under which the MIC fits is the frame's.
 */
export function frameCounterCandidates(last: number | undefined, low16: number): readonly number[] {
  if (last === undefined) return [low16];
  const next = fullFrameCounter(last, low16);
  const earlier = next > last ? next - ROLL_OVER : next;
  return [...new Set([next, earlier, low16])].filter((counter) => counter >= 0);
}

/** What an uplink says, decrypted (LoRaWAN 1.0.4 §4.3.3; 1.1 §4.3.1.6, §4.3.3). Pure. */

export interface Opened {
  readonly macCommands: readonly MacCommand[];
  readonly payload?: { readonly port: number; readonly bytes: Uint8Array };
}

/** `fCnt`: the whole counter under which its MIC fits. Commands that cannot be read are left out, and what follows them. */
export function openUplink(frame: DataFrame, session: Session, fCnt: number): Opened {
  const { fPort, fOpts, payload, devAddr } = frame;
  const { keys } = session;
  const commands =
    isOneOne(session) && fOpts.length > 0
      ? cryptFOpts(keys.nwkSEncKey, { direction: 'up', devAddr, fCnt, ...(fPort !== undefined && { fPort }) }, fOpts)
      : fOpts;
  if (fPort === undefined || payload.length === 0) return { macCommands: parseMacCommands(commands, 'up').commands };
  const bytes = cryptPayload(fPort === 0 ? keys.nwkSEncKey : keys.appSKey, 'up', devAddr, fCnt, payload);
  if (fPort === 0) return { macCommands: parseMacCommands(bytes, 'up').commands };
  return { macCommands: parseMacCommands(commands, 'up').commands, payload: { port: fPort, bytes } };
}
