/** The demo's live table: devices, buffer, link and city OS, redrawn in place on a terminal. */
import type { Reading, Value } from '../../../shared/reading.ts';
import type { CityOs } from '../../../simulators/city-os/city-os.ts';
import type { Fleet } from '../../../simulators/town/fleet.ts';
import type { Gateway } from '../../run.ts';
import { type Cell, table } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { say } from '../words/simulate.ts';

const maxValueColumns = 46;

export function cityTable(fleet: Fleet, gateway: Gateway, cityOs: CityOs, terminal: Terminal): string {
  return [
    say.title()[terminal.language],
    '',
    ...table(deviceRows(fleet, gateway), terminal),
    '',
    ...table(stageRows(gateway, cityOs), terminal),
  ].join('\n');
}

function deviceRows(fleet: Fleet, { sources: { activity, clock } }: Gateway): (readonly Cell[])[] {
  const now = clock.moment().wall;
  const rows = fleet.devices.map(({ id, type }): readonly Cell[] => {
    const { last, lastAt, readings = 0 } = activity.devices.get(id) ?? {};
    return [
      id,
      type,
      last === undefined ? say.waiting() : valuesOf(last),
      lastAt === undefined ? '–' : say.seconds({ seconds: ((now - lastAt) / 1000).toFixed(1) }),
      last?.quality ?? '',
      readings,
    ];
  });
  const heading = [
    say.deviceColumn(),
    say.typeColumn(),
    say.valuesColumn(),
    say.ageColumn(),
    say.qualityColumn(),
    say.countColumn(),
  ];
  return [heading, ...rows];
}

function stageRows({ sources: { buffer, forwarders } }: Gateway, cityOs: CityOs): (readonly Cell[])[] {
  const { usedBytes, open, commits, outboxes } = buffer.stats();
  const { routine, urgent } = outboxes.city?.waiting ?? { routine: 0, urgent: 0 };
  const link = forwarders[0]?.stats;
  const city = cityOs.status()[0];
  const counts = cityOs.store.countByKind();
  const size = (usedBytes / 1024).toFixed(0);
  return [
    [say.bufferRow(), say.bufferFacts({ size, open, waiting: routine + urgent, commits })],
    [say.linkRow(), link?.state === 'connected' ? say.connected() : say.disconnected({ why: link?.why ?? '' })],
    [
      say.cityRow(),
      say.cityFacts({
        stored: Object.values(counts).reduce((sum, n) => sum + n, 0),
        repeated: city?.repeatedBatches ?? 0,
        missing: (city?.missing ?? []).reduce((sum, [first, last]) => sum + last - first + 1, 0),
        alarms: counts.alarm ?? 0,
      }),
    ],
  ];
}

function valuesOf({ values: record }: Reading): string {
  const text = Object.entries(record)
    .flatMap(([quantity, value]) => (value === undefined ? [] : [`${quantity} ${short(value)}`]))
    .join(', ');
  return text.length > maxValueColumns ? `${text.slice(0, maxValueColumns - 1)}…` : text;
}

function short(value: Value): string {
  return typeof value === 'number' ? String(Math.round(value * 1e5) / 1e5) : String(value);
}
