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
