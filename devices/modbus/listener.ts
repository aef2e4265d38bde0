/**
 * Reads answers in a recording. Nothing is asked there, so nothing says which registers an answer holds.
 *
 * If the recording has the requests too, each answer is read by the request before it, whatever master asked and however it cut
 * its reads: what it holds of a unit's profile is a reading. Otherwise it is read as the one block
 * in its unit's profiles with that function and byte count; if none or several fit, it is rubbish. Each answer gives a
 * reading of its block alone, timed when it is decoded.
 */
import type { Moment } from '../../shared/clock.ts';
import { type ConfiguredDevice, type Decoder, rubbishStep, type Step } from '../device-type.ts';
import type { PeopleCount } from '../people-counter/totals.ts';
import { type Answer, exceptionText, type Framing, parseAnswer, type ReadRequest } from './adu.ts';
import type { ModbusOptions } from './options.ts';
import { type Block, blocksOf, blockValues } from './profile.ts';
import { answerBytes, lengthOf } from './stored-value.ts';
import { peopleCountOf, unitReading } from './unit-reading.ts';
import { say } from './words.ts';

type Registers = Extract<Answer, { is: 'registers' }>;

interface Fit {
  readonly device: ConfiguredDevice<ModbusOptions>;
  readonly block: Block;
}

export class ModbusListener implements Decoder {
  readonly #framing: Framing;
  readonly #blocks: readonly Fit[];
  readonly #people: ReadonlyMap<string, PeopleCount | undefined>;
  #request: ReadRequest | undefined;

  constructor(devices: readonly ConfiguredDevice<ModbusOptions>[], framing: Framing) {
    this.#framing = framing;
    this.#people = new Map(devices.map((device) => [device.id, peopleCountOf(device)]));
    this.#blocks = devices.flatMap((device) => blocksOf(device.options.profile).map((block) => ({ device, block })));
  }

  decode(frame: Uint8Array, at: Moment): Step {
    const answer = parseAnswer(frame, this.#framing);
    if (!answer) return rubbishStep('malformed', frame, say.notAnAnswer());
    const request = this.#request;
    this.#request = answer.is === 'request' ? answer.request : undefined;
    if (answer.is === 'request' || answer.is === 'written') return {};
    if (answer.is === 'exception') return rubbishStep('device-error', frame, exceptionText(answer.code));
    const ofUnit = this.#blocks.filter(({ device }) => device.options.unit === answer.unit);
    if (ofUnit.length === 0) return rubbishStep('unknown-address', frame, say.unknownUnit({ unit: answer.unit }));
    if (request !== undefined && isAnswerTo(request, answer)) return this.#readAsked(request, answer, at, frame);
    const [fit, ...others] = ofUnit.filter(({ block }) => holds(block, answer));
    if (fit && others.length === 0) return this.#read(fit, answer, at);
    const bytes = answer.data.length;
    return rubbishStep('unknown-format', frame, fit ? say.fitsSeveral({ bytes }) : say.fitsNone({ bytes }));
  }

  #readAsked(request: ReadRequest, answer: Registers, at: Moment, frame: Uint8Array): Step {
    const fits = [...this.#people.keys()].flatMap((id) => this.#covered(id, request));
    const steps = fits.map((fit) => this.#read(fit, answer, at));
    if (steps.length === 0) return rubbishStep('unknown-format', frame, say.fitsNone({ bytes: answer.data.length }));
    return { readings: steps.flatMap(({ readings = [] }) => readings) };
  }

  /** What a request asks of a device's profile. */
  #covered(id: string, request: ReadRequest): readonly Fit[] {
    const own = this.#blocks.filter(({ device }) => device.id === id && device.options.unit === request.unit);
    const { address: from, count } = request;
    const registers = own
      .filter(({ block }) => block.function === request.function)
      .flatMap(({ block }) => block.registers)
      .filter(({ address, type }) => address >= from && address + lengthOf(type) <= from + count);
    const [first] = own;
    return first === undefined || registers.length === 0
      ? []
      : [{ device: first.device, block: { ...request, registers } }];
  }

  #read({ device, block }: Fit, answer: Registers, at: Moment): Step {
    const observed = { ...blockValues(block, answer.data), at };
    return { readings: [unitReading(device, observed, this.#people.get(device.id))] };
  }
}

function holds(block: Block, answer: Registers): boolean {
  return block.function === answer.function && answerBytes(block.function, block.count) === answer.data.length;
}

function isAnswerTo({ unit, function: code, count }: ReadRequest, answer: Registers): boolean {
  return unit === answer.unit && code === answer.function && answerBytes(code, count) === answer.data.length;
}
