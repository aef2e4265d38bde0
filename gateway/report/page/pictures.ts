/** What is seen at a glance: figures, plots, and the devices to look after first. */
import type { DeviceTally } from '../tally/device-tally.ts';
import { quantile } from '../tally/gateway-tally.ts';
import type { Voice } from '../voice.ts';
import { DASH } from '../voice.ts';
import { say } from '../words.ts';
import { type Html, html } from './html.ts';
import { bars, calendar, partBar } from './plots.ts';
import type { Sheet } from './sheet.ts';
import { named, table } from './table.ts';

const maxWorst = 10;
export const maxCalendarRows = 60;
/** Upper ends of the classes of lateness, seconds. */
const LATENESS = [2, 10, 60, 600, 3_600, 21_600, 86_400] as const;

export function summarySection({ month, voice }: Sheet): Html {
  const { devices, gateways, alarms } = month;
  const readings = sum(devices, (device) => device.readings);
  const withInterval = devices.filter(({ expected }) => expected !== undefined);
  const expected = sum(withInterval, (device) => device.expected ?? 0);
  const reports = sum(withInterval, (device) => Math.min(device.reports, device.expected ?? 0));
  const measured = devices.filter(({ available }) => available !== undefined);
  const measuredMs = sum(measured, (device) => device.measuredMs);
  const available = measuredMs > 0 ? 1 - sum(measured, (device) => device.silentMs) / measuredMs : undefined;
  const lost = sum(gateways, ({ gaps }) => sum([...gaps.values()], (gap) => gap.readings));
  const half = quantile(latenessOfAll(month.gateways), 0.5);
  const figures: [name: string, value: string, more?: string][] = [
    [voice.say(say.devices()), voice.count(devices.length)],
    [voice.say(say.gateways()), voice.count(gateways.length)],
    [voice.say(say.readings()), voice.count(readings)],
    [
      voice.say(say.averageAvailability()),
      voice.percent(available),
      voice.say(say.ofDevices({ count: voice.count(measured.length) })),
    ],
    [
      voice.say(say.reportsOfExpected()),
      voice.percent(expected > 0 ? reports / expected : undefined),
      voice.say(say.ofDevices({ count: voice.count(withInterval.length) })),
    ],
    [voice.say(say.halfLate()), half === undefined ? DASH : voice.duration((half + 1) * 1000)],
    [voice.say(say.alarmsRaised()), voice.count(alarms.length)],
    [voice.say(say.readingsLost()), voice.count(lost)],
  ];
  return html`<section class="whole">
<h2>${voice.say(say.summary())}</h2>
<dl class="figures">
${figures.map(([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}${more === undefined ? '' : html`<small>${more}</small>`}</dd></div>\n`)}</dl>
</section>`;
}

export function perDaySection({ month, about, voice, scales }: Sheet): Html {
  const label = voice.say(say.perDay());
  const all = about.period.days.map(({ date }, i) => {
    const value = month.readingsByDay[i] ?? 0;
    const shown = voice.count(value);
    const title = voice.say(say.calendarCell({ device: label, day: voice.date(date), part: shown }));
    return { label: dayOfMonth(date), value, shown, title };
  });
  const options = { label, height: 150, labelEvery: all.length > 31 ? 2 : 1, hasFigures: all.length <= 7 };
  const plot = bars(scales, all, { ...options, count: (value) => voice.count(value) });
  return figure(label, voice.say(say.perDayMeaning()), plot);
}

export function worstSection({ month, voice }: Sheet): Html {
  const worst = byAvailability(month.devices)
    .filter(({ available }) => available !== undefined && available < 1)
    .slice(0, maxWorst);
  const label = voice.say(say.worst());
  const heading = html`<h2>${label}</h2>`;
  if (worst.length === 0) return html`<section>${heading}\n<p>${voice.say(say.allFull())}</p></section>`;
  const columns = [
    { heading: voice.say(say.device()) },
    { heading: voice.say(say.gateway()) },
    { heading: voice.say(say.availability()), isNumber: true },
    { heading: '' },
    { heading: voice.say(say.reportsAndExpected()), isNumber: true },
    { heading: voice.say(say.longestSilence()) },
  ] as const;
  const rows = worst.map((device) => [
    named(device.names.device, device.names.place),
    named(device.names.gateway, device.names.tenant),
    voice.percent(device.available),
    partBar(device.available ?? 0),
    reportsOfExpected(device, voice),
    silenceOf(device, voice),
  ]);
  return html`<section class="whole worst">${heading}
<p>${voice.say(say.worstMeaning())}</p>
${table(label, columns, rows)}</section>`;
}

export function calendarSection({ month, about, voice, scales }: Sheet): Html {
  const label = voice.say(say.calendar());
  const measured = month.devices.filter(({ available }) => available !== undefined);
  const isCut = measured.length > maxCalendarRows;
  const shown = isCut ? byAvailability(measured).slice(0, maxCalendarRows) : measured;
  if (shown.length === 0) return html``;
  const { days } = about.period;
  const rows = shown.map(({ names: { device }, availability }) => ({
    label: device,
    cells: days.map(({ date }, i) => {
      const of = availability[i] ?? Number.NaN;
      const part = Number.isNaN(of) ? undefined : of;
      const title = voice.say(say.calendarCell({ device, day: voice.date(date), part: voice.percent(part) }));
      return { part, title };
    }),
  }));
  const plot = calendar(scales, rows, { label, columns: days.map(({ date }) => dayOfMonth(date)) });
  const meaning = voice.say(say.calendarMeaning());
  const more = isCut ? voice.say(say.calendarWorst({ count: maxCalendarRows })) : '';
  return html`<section class="page"><h2>${label}</h2>
<p>${meaning} ${more}</p>
<figure class="wide" role="region" tabindex="0" aria-label="${label}">${plot}</figure></section>`;
}

export function latenessSection({ month, voice, scales }: Sheet): Html {
  const all = latenessOfAll(month.gateways);
  const label = voice.say(say.lateness());
  const total = sum([...all.values()], (count) => count);
  const ends = [...LATENESS, Number.POSITIVE_INFINITY];
  const classes = ends.map((end, i) => {
    const begins = LATENESS[i - 1] ?? 0;
    const value = sum([...all], ([seconds, count]) => (seconds >= begins && seconds < end ? count : 0));
    const name =
      end === Number.POSITIVE_INFINITY
        ? say.over({ time: voice.duration(begins * 1000) })
        : say.upTo({ time: voice.duration(end * 1000) });
    const shown = voice.percent(total === 0 ? undefined : value / total);
    const title = voice.say(say.withUnit({ name, value: voice.count(value) }));
    return { label: voice.say(name), value, shown, title };
  });
  const options = { label, height: 150, labelEvery: 1, hasFigures: true };
  const plot = bars(scales, classes, { ...options, count: (value) => voice.count(value) });
  return figure(label, voice.say(say.latenessMeaning()), plot);
}

export function reportsOfExpected({ reports, expected }: DeviceTally, voice: Voice): string {
  const all = expected === undefined ? DASH : voice.count(expected);
  return voice.say(say.fraction({ part: voice.count(reports), all }));
}

/** With its beginning and end, if it was longer than the device may be quiet, or nobody knows how long that is. */
export function silenceOf({ longest, allowance }: DeviceTally, voice: Voice): Html | string {
  if (longest === undefined) return DASH;
  const { from, to, isOpen } = longest;
  const length = voice.duration(to - from);
  if (allowance !== undefined && to - from <= allowance.quietMs) return length;
  const begins = voice.say(say.since({ at: voice.moment(from) }));
  const ends = voice.say(isOpen ? say.openEnd() : say.until({ at: voice.moment(to) }));
  return html`<div>${length}</div><small class="when">${begins}</small><small class="when">${ends}</small>`;
}

/** The lowest first; those of which nothing can be said at the end. */
export function byAvailability(devices: readonly DeviceTally[]): DeviceTally[] {
  return devices.toSorted((a, b) => (a.available ?? 2) - (b.available ?? 2));
}

function figure(label: string, meaning: string, plot: Html): Html {
  return html`<section class="whole"><h2>${label}</h2>
<p>${meaning}</p>
<figure class="wide" role="region" tabindex="0" aria-label="${label}">${plot}</figure></section>`;
}

function latenessOfAll(gateways: Sheet['month']['gateways']): ReadonlyMap<number, number> {
  const all = new Map<number, number>();
  for (const { lateness } of gateways) {
    for (const [seconds, count] of lateness) all.set(seconds, (all.get(seconds) ?? 0) + count);
  }
  return all;
}

function dayOfMonth(date: string): string {
  return String(Number(date.slice(8)));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
