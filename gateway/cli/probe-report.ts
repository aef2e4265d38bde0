/** What a probe found, for a person: what it is, what was seen of it, and what to write. */
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { Candidate } from '../../devices/recognition/recognise.ts';
import { type Reading, UNITS_OF_KIND, unitOf } from '../../shared/reading.ts';
import { foreign, listed, type Text } from '../../shared/text.ts';
import { unitSign } from '../../shared/unit-signs.ts';
import type { FoundUnit } from '../probe/ask-units.ts';
import type { HeardAt, Outcome } from '../probe/hunt.ts';
import { settingName } from '../probe/line.ts';
import { rowsOf } from '../probe/sample.ts';
import type { Place, Table } from '../probe/tables.ts';
import { addCommand } from '../probe/written.ts';
import { hanging } from '../words/layout.ts';
import type { Terminal } from './terminal.ts';
import { say } from './words/probe.ts';

export interface Report {
  readonly port: string;
  readonly place: Place;
  readonly outcome: Outcome;
  readonly tables: readonly Table[];
  /** The configuration to add to. */
  readonly file: string;
  /** That were to be asked. */
  readonly units: readonly number[];
}

const CONFIDENCE = { certain: say.certain(), likely: say.likely(), generic: say.generic() } as const;
const INDENT = '  ';
/** As many as tell two neighbouring values of any sensor apart, and a position to a metre. */
const digits = 8;

export function printOutcome(report: Report, terminal: Terminal): void {
  const { outcome } = report;
  if (outcome.candidates.length === 0) printUnknown(report, terminal);
  else printFound(report, terminal);
}

function printFound({ port, place, outcome, tables, file, units }: Report, terminal: Terminal): void {
  const { setting, candidates, heard, isPersonal } = outcome;
  for (const [i, candidate] of candidates.entries()) {
    const gaps = {
      port,
      type: candidate.type,
      summary: summaryOf(candidate.type),
      confidence: CONFIDENCE[candidate.confidence],
    };
    const isFirst = i === 0;
    const line =
      setting !== undefined && 'path' in place
        ? say.found({ ...gaps, setting: settingName(setting) })
        : say.foundTcp(gaps);
    paragraph(isFirst ? line : say.also(gaps), terminal);
    describe(candidate, outcome, terminal);
  }
  if (isPersonal) paragraph(say.withheld(), terminal, INDENT);
  for (const each of heard) printRows(each, terminal);
  const { lastUnit, asksAreOver } = outcome;
  if (lastUnit !== undefined && !asksAreOver && units.length > 0)
    paragraph(say.unitsAsked({ unit: lastUnit }), terminal);
  if (tables.length === 0) return;
  terminal.write('');
  terminal.print(say.write());
  for (const table of tables) terminal.write(addCommand(table, file, terminal.columns).join('\n'));
}

function describe(candidate: Candidate, { units }: Outcome, terminal: Terminal): void {
  const { telling, frames, rubbish, readings, remark, isAnswer } = candidate;
  if (units !== undefined) for (const unit of units) paragraph(unitText(unit), terminal, INDENT);
  else paragraph(isAnswer ? say.answers({ telling }) : say.frames({ telling, frames }), terminal, INDENT);
  if (rubbish.size > 0) {
    const list = listed([...rubbish].map(([code, count]) => say.rubbishCount({ code, count })));
    paragraph(say.rubbish({ list }), terminal, INDENT);
  }
  for (const reading of readings) paragraph(readingText(reading, candidate), terminal, INDENT);
  if (remark !== undefined) paragraph(remark, terminal, INDENT);
}

function unitText({ unit, identity, fits: [fit] }: FoundUnit): Text {
  if (fit !== undefined) return say.unitsFitting({ unit, profile: fit.profile });
  return identity === undefined ? say.unit({ unit }) : say.unitSays({ unit, identity });
}

function readingText({ device, kind, values, quality }: Reading, { units }: Candidate): Text {
  const shown = Object.entries(values).map(([quantity, value]) => {
    const unit = unitOf(units, quantity) ?? unitOf(UNITS_OF_KIND[kind], quantity) ?? '';
    const sign = unitSign(unit);
    const gaps = {
      quantity,
      value: typeof value === 'number' ? Number(value.toPrecision(digits)) : String(value),
      unit: sign,
    };
    return sign === '' ? say.value(gaps) : say.valueWithUnit(gaps);
  });
  return say.reading({ device, values: listed([...shown, ...(quality === undefined ? [] : [foreign(quality)])]) });
}

function printUnknown({ port, place, outcome }: Report, terminal: Terminal): void {
  paragraph(say.unknown({ port }), terminal);
  if (outcome.isPersonal) paragraph(say.withheld(), terminal, INDENT);
  for (const each of outcome.heard) {
    if ('path' in place) terminal.print(say.heardAt({ setting: settingName(each.setting), bytes: each.bytes }));
    printRows(each, terminal, 2);
  }
  paragraph(outcome.heard.length === 0 && !outcome.isPersonal ? say.silent() : say.notKnown(), terminal);
}

function printRows({ sample }: HeardAt, terminal: Terminal, maxRows = 4): void {
  for (const row of rowsOf(sample).slice(0, maxRows)) terminal.write(INDENT + row);
}

function paragraph(text: Text, terminal: Terminal, indent = ''): void {
  terminal.write(hanging(indent, text[terminal.language], terminal.columns).join('\n'));
}

function summaryOf(type: string): Text {
  return DEVICE_TYPES.find(({ name }) => name === type)?.summary ?? foreign(type);
}
