/**
 * A station reports the frequency that its synthesiser was set to, in steps of 61 Hz (Semtech SX1301), or rounds it: 868.299988
 * MHz is the channel at 868.3. Channels are at least 100 kHz apart.
 */
const maxOffHz = 5_000;

/** The index of the channel that is meant; -1 if none is near. */
export function nearestChannel(frequencyHz: number, channelsHz: readonly number[]): number {
  return channelsHz.findIndex((hz) => Math.abs(hz - frequencyHz) <= maxOffHz);
}
