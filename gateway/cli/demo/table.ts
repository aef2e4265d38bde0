/** The demo's live table: devices, buffer, city OS, in English and Japanese, redrawn in place on a terminal. */
import type { Reading, Value } from '../../../shared/reading.ts';
import type { CityOs } from '../../../simulators/city-os/city-os.ts';
import type { Fleet } from '../../../simulators/town/fleet.ts';
import type { Gateway } from '../../run.ts';

const CLEAR = '\u001b[H\u001b[2J';
/** Columns of a terminal that a Chinese character or kana takes. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/gu;
const maxValueColumns = 46;

export function cityTable(fleet: Fleet, gateway: Gateway, cityOs: CityOs, redraw: boolean): string {
  const { activity, buffer, clock, forwarders } = gateway.sources;
  const now = clock.moment().wall;
  const rows = fleet.devices.map(({ id, type }) => {
    const device = activity.devices.get(id);
    const age = device?.lastAt === undefined ? '–' : `${((now - device.lastAt) / 1000).toFixed(1)} s`;
    return [
      id,
      type,
      device?.last ? values(device.last) : 'waiting 待機中',
      age,
      device?.last?.quality ?? '',
      `${device?.readings ?? 0}`,
    ];
  });
  const stats = buffer.stats();
  const feed = stats.outboxes.city;
  const link = forwarders[0]?.stats;
  const city = cityOs.status()[0];
  const counts = cityOs.store.countByKind();
  const stored = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const missing = (city?.missing ?? []).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const waiting = (feed?.waiting.routine ?? 0) + (feed?.waiting.urgent ?? 0);
  return [
    `${redraw ? CLEAR : ''}Machimori 街守り – demo (Ctrl-C ends it 終了)`,
    '',
    ...align([
      ['device 機器', 'type 種類', 'last reading 最新の測定値', 'age 経過', 'quality 品質', 'count 件数'],
      ...rows,
    ]),
    '',
    `buffer バッファ    ${(stats.usedBytes / 1024).toFixed(0)} kB, ${stats.open} readings open 未封入, ${waiting} batches waiting 送信待ち, ${stats.commits} commits`,
    `link 回線          ${link?.state === 'connected' ? 'connected 接続中' : `disconnected 切断中 (${link?.why ?? ''})`}`,
    `city OS 都市OS     ${stored} stored 保存, ${city?.repeatedBatches ?? 0} repeated 再送, ${missing} missing 未着, alarms 警報 ${counts.alarm ?? 0}`,
  ].join('\n');
}

function values({ values: record }: Reading): string {
  const text = Object.entries(record)
    .flatMap(([quantity, value]) => (value === undefined ? [] : [`${quantity} ${short(value)}`]))
    .join(', ');
  return text.length > maxValueColumns ? `${text.slice(0, maxValueColumns - 1)}…` : text;
}

function short(value: Value): string {
  return typeof value === 'number' ? String(Math.round(value * 1e5) / 1e5) : String(value);
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => columns(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - columns(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function columns(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}
