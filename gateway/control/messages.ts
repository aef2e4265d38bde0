/** The form of requests and answers between the command line and a gateway. */
import * as v from 'valibot';
import { MachimoriError, messageOf, textOf } from '../../shared/errors.ts';
import { printableJson, type Text } from '../../shared/text.ts';
import { schemaFault } from '../words/fault.ts';
import { suggestedName } from '../words/suggestion.ts';
import { say } from './words.ts';

/** Asks one thing; its answer must be read before the next is asked. */
export type Ask = (action: string, parameters: unknown) => AsyncIterable<Uint8Array>;

/** Of a request. */
export const maxBodyBytes = 8 * 1024 * 1024;
/** Of a request, which settles them in one transaction. */
export const maxReceipts = 200;

/** A request's parameters. Throws a MachimoriError "bad-request". */
export function parse<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const fault = schemaFault(schema, value);
  if (fault === undefined) return v.parse(schema, value);
  const name = v.getDotPath(fault.issue);
  throw badRequest(name === null ? fault.message : say.badParameter({ name, fault: fault.message }));
}

/** A request's body. Throws a MachimoriError "bad-request". */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(say.notJson());
  }
}

/** Anything thrown, as it is told: `{ code, what, on, hint }`. */
export function faultJson(thrown: unknown): string {
  const fault =
    thrown instanceof MachimoriError
      ? thrown
      : new MachimoriError('internal', {
          what: textOf(thrown),
          on: say.theGateway(),
          hint: say.reportHint(),
        });
  const { code, what, on, hint } = fault;
  return printableJson(JSON.stringify({ code, what, on, hint }));
}

export function badRequest(what: Text): MachimoriError {
  return new MachimoriError('bad-request', { what, on: say.theRequest(), hint: say.badRequestHint() });
}

/** `on`: which gateway, if that is known. */
export function notRunning(on: Text | string = say.theGateway()): MachimoriError {
  return new MachimoriError('no-gateway', { what: say.notRunning(), on, hint: say.startIt() });
}

/** `known`: the ids that there are, one of which may have been meant. */
export function noDevice(device: string, known: readonly string[]): MachimoriError {
  const hint = suggestedName(device, known, say.seeDevices());
  return new MachimoriError('no-device', { what: say.noDevice(), on: device, hint });
}

/** The user may not use the file or socket. */
export function denied(on: string, cause: unknown): MachimoriError {
  return new MachimoriError('denied', {
    what: say.denied({ why: messageOf(cause) }),
    on,
    hint: say.deniedHint(),
    cause,
  });
}

/** Made while it is read, or as things happen. */
export type Answer = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
export type Act<Sources> = (parameters: unknown, sources: Sources) => Answer | Promise<Answer>;

/** Ids, numbers and times in requests. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export function json(value: unknown): Iterable<Uint8Array> {
  return [new TextEncoder().encode(printableJson(JSON.stringify(value)))];
}

/** A line for each, made while it is read. */
export function* jsonLines(values: Iterable<unknown>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const value of values) yield encoder.encode(`${printableJson(JSON.stringify(value))}\n`);
}
