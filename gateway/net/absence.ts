/** Nobody is there: no network, no such name, no listener, or no answer to anything. Told from a peer that refuses or closes. */
import { codeOf, TextError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { say } from './words.ts';

/** The connection could not be made since nobody answers at the address. */
export class NobodyThere extends TextError {}

/** How the system says that of a connection that was open. A peer that closes or resets one is there. */
const VANISHED: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

/** Whether the system says that nobody answers at an address. */
export function isAbsence(fault: unknown): boolean {
  const code = codeOf(fault);
  return VANISHED.has(code) || /^(ECONNREFUSED|ENOTFOUND|EAI_\w+)$/.test(code);
}

/** Why an open connection was lost. */
export function lostBecause(fault: unknown): Text {
  return VANISHED.has(codeOf(fault)) ? say.vanished({ why: textOf(fault) }) : textOf(fault);
}

/** Whether nobody was there: by what kept a session from beginning, or the reason it ended. */
export function isNobodyThere(reason: Text | unknown): boolean {
  if (reason instanceof NobodyThere) return true;
  if (reason instanceof Error) return isNobodyThere(reason.cause);
  return (
    typeof reason === 'object' && reason !== null && 'code' in reason && reason.code === say.vanished({ why: '' }).code
  );
}
