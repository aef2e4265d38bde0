// An example of a payload codec (LoRa Alliance TS013). Port 2: battery in 0.1 V, distance in mm (two bytes, big-endian).
// コーデックの例。ポート2: 電池電圧（0.1 V単位）、距離（mm、2バイト、ビッグエンディアン）。
function decodeUplink(input) {
  if (input.fPort !== 2) return { errors: [`nothing is known of port ${input.fPort}`] };
  if (input.bytes.length !== 3) return { errors: [`3 bytes were expected, not ${input.bytes.length}`] };
  const [battery, high, low] = input.bytes;
  const warnings = battery < 30 ? ['the battery is low'] : [];
  return { data: { battery_v: battery / 10, distance_mm: high * 256 + low }, warnings };
}

// Sets how often it measures, in minutes: {"interval_min": 10}.
// 測定間隔（分）を設定します。
function encodeDownlink(input) {
  const minutes = input.data.interval_min;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440)
    return { errors: ['interval_min must be 1 to 1440'] };
  return { fPort: 10, bytes: [1, minutes >> 8, minutes & 0xff] };
}
