/**
 * The report as one page: no script, nothing from elsewhere, readable on a phone and printed on A4.
 *
 * Bounds: `maxRows` of each table and `maxCalendarRows` of the calendar, the worst first where there are more; the page says so, and the
 * tables beside it have all.
 */

import type { Text } from '../../../shared/text.ts';
import type { Period } from '../period.ts';
import { patience } from '../tally/device-tally.ts';
import { lookBackDays, type MonthTally } from '../tally/month-tally.ts';
import type { Voice } from '../voice.ts';
import { say } from '../words.ts';
import { Html, html } from './html.ts';
import { alarmsSection, devicesSection, gapsSection, gatewaysSection } from './lists.ts';
import { calendarSection, latenessSection, perDaySection, summarySection, worstSection } from './pictures.ts';
import type { Sheet } from './sheet.ts';
import { STYLE } from './style.ts';

const dayMs = 86_400_000;

export function pageOf(sheet: Sheet): string {
  const { voice, about, month } = sheet;
  const period = periodName(about.period, voice);
  const css = new Html(STYLE);
  return html`<!DOCTYPE html>
<html lang="${voice.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${voice.say(say.titleOf({ period }))}</title>
<style>${css}</style>
</head>
<body>
<header>
<h1>${voice.say(say.title())}<small>${period}</small></h1>
<p>${voice.say(say.source(about))} ${voice.say(say.times({ zone: voice.timeZone }))}</p>
<p>${voice.say(say.made({ at: voice.momentOfYear(about.madeAt), version: about.version }))}</p>
</header>
<main>
${notesOf(sheet).map((note) => html`<p class="note">${voice.say(note)}</p>\n`)}${summarySection(sheet)}
${month.devices.length === 0 ? '' : sectionsOf(sheet)}
<section class="whole">
<h2>${voice.say(say.rules())}</h2>
<ul class="rules">
${rulesOf(month).map((rule) => html`<li>${voice.say(rule)}</li>\n`)}</ul>
</section>
</main>
</body>
</html>
`.text;
}

function sectionsOf(sheet: Sheet): Html {
  return html`${perDaySection(sheet)}
${worstSection(sheet)}
${calendarSection(sheet)}
${latenessSection(sheet)}
${gatewaysSection(sheet)}
${gapsSection(sheet)}
${alarmsSection(sheet)}
${devicesSection(sheet)}`;
}

function periodName({ month, days }: Period, voice: Voice): string {
  if (month !== undefined) return voice.month(month);
  const [first, last] = [days[0]?.date ?? '', days.at(-1)?.date ?? ''];
  return first === last ? voice.date(first) : voice.say(say.span({ from: voice.date(first), to: voice.date(last) }));
}

function notesOf({ month, about, voice }: Sheet): Text[] {
  const { period, retentionMs, madeAt } = about;
  const { more, oldest, until } = month;
  const isShort = retentionMs !== undefined && madeAt - retentionMs > period.from;
  return [
    ...(oldest === undefined ? [say.noReadings()] : []),
    ...(until < period.to ? [say.notOver({ until: voice.momentOfYear(until) })] : []),
    ...(oldest !== undefined && oldest > period.from ? [say.beginsLater({ at: voice.momentOfYear(oldest) })] : []),
    ...(isShort ? [say.retentionShort({ days: Math.floor(retentionMs / dayMs) })] : []),
    ...(more.gone > 0 ? [say.gone({ count: more.gone, days: lookBackDays })] : []),
    ...(more.devices > 0 ? [say.moreDevices({ count: more.devices })] : []),
    ...(more.alarms > 0 ? [say.moreAlarms({ count: more.alarms })] : []),
    ...(more.gaps > 0 ? [say.moreGaps({ count: more.gaps })] : []),
  ];
}

function rulesOf({ hasAllBatches }: MonthTally): Text[] {
  return [
    ...[say.ruleReadings(), say.ruleReports(), say.ruleExpected(), say.ruleAvailability({ count: patience })],
    ...[say.ruleMeasured({ days: lookBackDays }), say.ruleGateway(), say.ruleLateness()],
    hasAllBatches ? say.ruleMissing() : say.ruleNotAll(),
    say.rulePeak(),
  ];
}
