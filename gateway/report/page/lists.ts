/** The tables of the page: gateways, gaps, alarms, devices. */
import { LOW_BATTERY, SILENT } from '../../../shared/reading.ts';
import type { DeviceTally } from '../tally/device-tally.ts';
import { PERCENTILES } from '../tally/gateway-tally.ts';
import type { AlarmTally } from '../tally/month-tally.ts';
import { DASH, doubtIn, reasonIn, type Voice } from '../voice.ts';
import { say } from '../words.ts';
import { type Filling, type Html, html } from './html.ts';
import { byAvailability, reportsOfExpected, silenceOf } from './pictures.ts';
import type { Sheet } from './sheet.ts';
import { type Column, named, table } from './table.ts';

export const maxRows = 300;

interface List {
  readonly name: string;
  readonly meaning?: string;
  readonly file: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Filling[])[];
  readonly all: number;
}

export function gatewaysSection({ month, voice }: Sheet): Html {
  const { gateways, hasAllBatches } = month;
  const number = (heading: string) => ({ heading, isNumber: true }) as const;
  return section(voice, {
    name: voice.say(say.gateways()),
    file: 'gateways.csv',
    all: gateways.length,
    columns: [
      { heading: voice.say(say.gateway()) },
      ...[say.availability(), say.devices(), say.batches(), say.received(), say.refused()].map((text) =>
        number(voice.say(text)),
      ),
      { heading: voice.say(say.lost()) },
      ...[say.missing(), say.p50(), say.p95(), say.p99()].map((text) => number(voice.say(text))),
    ],
    rows: gateways.slice(0, maxRows).map((gateway) => {
      const { tenant, gateway: name, available, devices, batches, readings, refused, gaps, missing } = gateway;
      const lost = [...gaps].map(([reason, { readings: count }]) =>
        voice.say(say.lostOf({ reason: reasonIn(voice, reason), count: voice.count(count) })),
      );
      const byEpoch = [...missing].map(([epoch, count]) => voice.say(say.lostOf({ reason: epoch, count })));
      const numbers = [...missing.values()].reduce((sum, count) => sum + count, 0);
      return [
        named(name, tenant),
        voice.percent(available),
        ...[devices, batches, readings, refused].map((count) => voice.count(count)),
        lost.length === 0 ? '0' : lost.map((each) => html`<div>${each}</div>`),
        hasAllBatches ? named(voice.count(numbers), ...byEpoch.slice(0, 3)) : DASH,
        ...PERCENTILES.map((part) => latenessIn(voice, gateway.latenessAt(part))),
      ];
    }),
  });
}

function latenessIn(voice: Voice, seconds: number | undefined): string {
  return seconds === undefined ? DASH : voice.duration(seconds * 1000);
}

export function gapsSection({ month: { gaps }, voice }: Sheet): Html {
  return section(voice, {
    name: voice.say(say.gaps()),
    meaning: voice.say(say.gapsMeaning()),
    file: 'gaps.csv',
    all: gaps.length,
    columns: [
      { heading: voice.say(say.gateway()) },
      { heading: voice.say(say.epoch()) },
      { heading: voice.say(say.numbers()), isNumber: true },
      { heading: voice.say(say.lostCount()), isNumber: true },
      { heading: voice.say(say.reason()) },
      { heading: voice.say(say.told()), isTime: true },
    ],
    rows: gaps
      .slice(0, maxRows)
      .map(({ tenant, gateway, epoch, first, last, readings, reason, received }) => [
        named(gateway, tenant),
        epoch,
        first === last ? String(first) : `${first}–${last}`,
        readings === undefined ? DASH : voice.count(readings),
        reasonIn(voice, reason),
        voice.moment(received),
      ]),
  });
}

export function alarmsSection({ month: { alarms, until }, voice }: Sheet): Html {
  const time = (heading: string) => ({ heading, isTime: true }) as const;
  const number = (heading: string) => ({ heading, isNumber: true }) as const;
  return section(voice, {
    name: voice.say(say.alarms()),
    file: 'alarms.csv',
    all: alarms.length,
    columns: [
      { heading: voice.say(say.device()) },
      { heading: voice.say(say.alarm()) },
      ...[say.raised(), say.cleared()].map((text) => time(voice.say(text))),
      ...[say.duration(), say.peak(), say.limit()].map((text) => number(voice.say(text))),
    ],
    rows: alarms.slice(0, maxRows).map((alarm) => alarmRow(alarm, until, voice)),
  });
}

function alarmRow(episode: AlarmTally, until: number, voice: Voice): Filling[] {
  const { device, gateway, alarm, quantity, raised, cleared, peak, limit } = episode;
  const isSilence = alarm === SILENT;
  const name = alarm === LOW_BATTERY ? voice.say(say.batteryAlarm()) : isSilence ? voice.say(say.silentAlarm()) : alarm;
  const lasted = raised === undefined ? undefined : (cleared ?? until) - raised;
  return [
    named(device, gateway),
    isSilence ? name : named(name, quantity),
    raised === undefined ? voice.say(say.before()) : voice.moment(raised),
    cleared === undefined ? voice.say(say.stillStands()) : voice.moment(cleared),
    voice.duration(lasted),
    voice.value(peak),
    isSilence ? DASH : voice.value(limit),
  ];
}

export function devicesSection({ month: { devices }, voice }: Sheet): Html {
  const shown = devices.length > maxRows ? byAvailability(devices).slice(0, maxRows) : devices;
  const number = (heading: string) => ({ heading, isNumber: true }) as const;
  return section(voice, {
    name: voice.say(say.devices()),
    file: 'devices.csv',
    all: devices.length,
    columns: [
      { heading: voice.say(say.device()) },
      { heading: voice.say(say.gateway()) },
      ...[say.availability(), say.received(), say.reportsAndExpected(), say.interval()].map((text) =>
        number(voice.say(text)),
      ),
      { heading: voice.say(say.longestSilence()) },
      { heading: voice.say(say.doubtful()) },
      { heading: voice.say(say.last()), isTime: true },
    ],
    rows: shown.map((device) => deviceRow(device, voice)),
  });
}

function deviceRow(device: DeviceTally, voice: Voice): Filling[] {
  const { names, available, readings, intervalMs, doubtful, last } = device;
  const doubts = [...doubtful].map(([quality, count]) =>
    voice.say(say.doubtfulOf({ quality: doubtIn(voice, quality), count: voice.count(count) })),
  );
  return [
    named(names.device, names.place, names.group, names.kinds.join(' ')),
    named(names.gateway, names.tenant),
    voice.percent(available),
    voice.count(readings),
    reportsOfExpected(device, voice),
    voice.duration(intervalMs),
    silenceOf(device, voice),
    doubts.length === 0 ? '0' : doubts.map((each) => html`<div>${each}</div>`),
    voice.moment(last),
  ];
}

function section(voice: Voice, { name, meaning, file, columns, rows, all }: List): Html {
  const cut =
    rows.length < all
      ? html`<p>${voice.say(say.shownOf({ shown: voice.count(rows.length), all: voice.count(all) }))}</p>`
      : '';
  return html`<section><h2>${name}</h2>
${meaning === undefined ? '' : html`<p>${meaning}</p>`}${cut}
${rows.length === 0 ? html`<p>${voice.say(say.nothing())}</p>` : table(name, columns, rows)}
<p class="file">${voice.say(say.file())} <a href="${file}">${file}</a></p></section>`;
}
