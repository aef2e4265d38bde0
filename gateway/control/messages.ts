/** How commands and the gateway put requests and answers to each other. */
import * as v from 'valibot';
import { MachimoriError } from '../../shared/errors.ts';

/** A request's parameters. Throws a MachimoriError "bad-request". */
export function parse<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw badRequest(path === null ? issue.message : `${path} ${issue.message}`);
}

export function badRequest(what: string): MachimoriError {
  return new MachimoriError('bad-request', {
    what,
    on: 'the request',
    hint: 'Use the machimori command of the same release as the gateway',
  });
}

/** Made while it is read. */
export type Answer = Iterable<Uint8Array>;
export type Act<Sources> = (parameters: unknown, sources: Sources) => Answer | Promise<Answer>;

/** Ids, numbers and times in requests. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export function json(value: unknown): Answer {
  return [new TextEncoder().encode(JSON.stringify(value))];
}

/** A line for each, made while it is read. */
export function* jsonLines(values: Iterable<unknown>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const value of values) yield encoder.encode(`${JSON.stringify(value)}\n`);
}
