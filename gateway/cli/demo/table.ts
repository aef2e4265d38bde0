/** The demo's live table: verdict, devices, buffer, link and city OS. It fits its terminal; what stands out comes first. */
import type { CityOs } from '../../../simulators/city-os/city-os.ts';
import type { Fleet } from '../../../simulators/town/fleet.ts';
import type { Gateway } from '../../run.ts';
import { type DeviceStatus, readStatus, type Status } from '../../status/status.ts';
import { cut, padded, width } from '../../words/layout.ts';
import { table } from '../output.ts';
import { valuesText } from '../status.ts';
import type { Line, Terminal } from '../terminal.ts';
import { say } from '../words/simulate.ts';
import { say as sayStatus } from '../words/status.ts';

/** Title, verdict, heading, three stages, two empty lines, and the line for the cursor. */
const otherLines = 9;

export function cityTable(fleet: Fleet, gateway: Gateway, cityOs: CityOs, terminal: Terminal): Line[] {
  const { language, screenColumns, rows = Number.POSITIVE_INFINITY } = terminal;
  const status = readStatus(gateway.sources);
  const lines: Line[] = [
    { text: say.title()[language] },
    verdictLine(status, terminal),
    { text: '' },
    ...deviceLines(fleet, status, gateway.sources.clock.moment().wall, { ...terminal, rows: rows - otherLines }),
    { text: '' },
    ...stageLines(gateway, cityOs, terminal),
  ];
  return lines.slice(0, rows).map(({ text, colour }) => ({ text: cut(text, screenColumns), colour }));
}

function verdictLine({ problems }: Status, { language }: Terminal): Line {
  const [first] = problems;
  return first === undefined
    ? { text: sayStatus.allIsWell()[language], colour: 'green' }
    : { text: `! ${first[language]}`, colour: 'yellow' };
}

/** A heading and a line for each device, those with an alarm first; at most `rows` devices. */
function deviceLines(fleet: Fleet, { devices }: Status, now: number, terminal: Terminal): Line[] {
  const { language, screenColumns, rows = Number.POSITIVE_INFINITY } = terminal;
  const all = fleet.devices.flatMap(({ id }) => {
    const device = devices[id];
    return device === undefined ? [] : [{ id, device }];
  });
  const urgent = all.filter(({ device }) => device.alarms.length > 0);
  const shown = [...urgent, ...all.filter(({ device }) => device.alarms.length === 0)].slice(0, Math.max(1, rows));
  const cells = shown.map(({ id, device }) => ({
    id,
    age: ageText(device, now)[language],
    count: String(device.readings),
    values: shownValues(device)[language],
    colour: device.alarms.length > 0 ? ('red' as const) : undefined,
  }));
  const heading = {
    id: say.deviceColumn()[language],
    age: say.ageColumn()[language],
    count: say.countColumn()[language],
    values: say.valuesColumn()[language],
    colour: undefined,
  };
  const widest = (of: (row: typeof heading | (typeof cells)[number]) => string) =>
    Math.max(...[heading, ...cells].map((row) => width(of(row))));
  const [ids, ages, counts] = [widest(({ id }) => id), widest(({ age }) => age), widest(({ count }) => count)];
  const room = screenColumns - ids - ages - counts - 6;
  return [heading, ...cells].map(({ id, age, count, values, colour }) => ({
    text: [padded(id, ids), padded(age, ages), padded(count, counts), cut(values, room)].join('  '),
    colour,
  }));
}

function ageText({ lastAt }: DeviceStatus, now: number) {
  return lastAt === undefined ? say.noAge() : say.seconds({ seconds: ((now - lastAt) / 1000).toFixed(1) });
}

function shownValues(device: DeviceStatus) {
  if (device.last === undefined) return say.waiting();
  const values = valuesText(device);
  return device.alarms.length === 0 ? values : say.alarmed({ alarm: device.alarms.at(-1) ?? '', values });
}

function stageLines({ sources: { buffer, forwarders } }: Gateway, cityOs: CityOs, terminal: Terminal): Line[] {
  const { usedBytes, open, commits, outboxes } = buffer.stats();
  const { routine, urgent } = outboxes.city?.waiting ?? { routine: 0, urgent: 0 };
  const link = forwarders[0]?.stats;
  const isConnected = link?.state === 'connected';
  const city = cityOs.status()[0];
  const counts = cityOs.store.countByKind();
  const size = (usedBytes / 1024).toFixed(0);
  const rows = [
    [say.bufferRow(), say.bufferFacts({ size, open, waiting: routine + urgent, commits })],
    [say.linkRow(), isConnected ? say.connected() : say.disconnected({ why: link?.why ?? '' })],
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
  return table(rows, terminal).map((text, n) => ({ text, colour: n === 1 && !isConnected ? 'yellow' : undefined }));
}
