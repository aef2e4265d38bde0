/** GPS time (since 6 January 1980, without leap seconds) is 18 s ahead of UTC since 2017 (IERS Bulletin C). */

const GPS_EPOCH_MS = Date.UTC(1980, 0, 6);
const LEAP_MS = 18_000;

export function gpsToEpochMs(gpsMs: number): number {
  return GPS_EPOCH_MS + gpsMs - LEAP_MS;
}

export function epochToGpsMs(epochMs: number): number {
  return epochMs - GPS_EPOCH_MS + LEAP_MS;
}
