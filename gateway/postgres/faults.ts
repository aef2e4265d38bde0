/** What PostgreSQL or the way to it says, and what it means for a batch. SQLSTATE: PostgreSQL documentation, appendix A. */
import { codeOf, MachimoriError, messageOf, TextError, textOf } from '../../shared/errors.ts';
import { foreign, type Text } from '../../shared/text.ts';
import { isAbsence, NobodyThere } from '../net/absence.ts';
import type { PostgresAddress } from './address.ts';
import { say } from './words.ts';

/** SQLSTATE; "" if PostgreSQL did not say it. */
export function stateOf(fault: unknown): string {
  const code = codeOf(fault);
  return /^[0-9A-Z]{5}$/.test(code) && fault instanceof Error && 'severity' in fault ? code : '';
}

/** A value that it does not take, or that a constraint, trigger or index of somebody's refuses: the same the next time. */
export function isAboutData(fault: unknown): boolean {
  const state = stateOf(fault);
  return /^(22|23|54|P0001)/.test(state) || state === '42846' || state === '44000';
}

/** Another transaction was in the way: the same transaction may do the next time. */
export function isTransient(fault: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(stateOf(fault));
}

/**
 * Whether the connection is of no more use: it is lost, the server stops or is now a standby, or the tables are not there any more. The
 * next session finds out how things are.
 */
export function endsSession(fault: unknown): boolean {
  const state = stateOf(fault);
  return state === '' || /^(08|57P|25|3F|42|XX)/.test(state);
}

/** For people: what the database said. */
export function saidBy(fault: unknown): Text {
  return stateOf(fault) === '' ? textOf(fault) : say.saidBy({ why: messageOf(fault) });
}

/** Why it could not be opened, with what to do. */
export function asOpeningFault(fault: unknown, address: PostgresAddress, schema: string): unknown {
  if (fault instanceof TextError) return fault;
  const { host, port, database, user } = address;
  const on = host.startsWith('/') ? `${host} ${database}` : `${host}:${port} ${database}`;
  const state = stateOf(fault);
  const told = (code: string, what: Text, hint: Text) => new MachimoriError(code, { what, on, hint, cause: fault });
  if (isAbsence(fault) || (host.startsWith('/') && codeOf(fault) === 'ENOENT'))
    return new NobodyThere(textOf(fault), fault);
  // It starts, recovers or shuts down: soon somebody is there.
  if (state === '57P03') return new NobodyThere(saidBy(fault), fault);
  if (state.startsWith('28')) return told('archive-login', saidBy(fault), say.checkLogin());
  if (state === '3D000') return told('archive-no-database', saidBy(fault), say.createDatabase({ database }));
  if (state === '42501')
    return told('archive-denied', say.mayNot({ user, why: messageOf(fault) }), say.grant({ schema, user }));
  if (state === '25006') return told('archive-read-only', say.readOnly(), say.namePrimary());
  if (state !== '') return told('archive-refused', saidBy(fault), say.checkDatabase());
  if (/does not support SSL/.test(messageOf(fault))) return told('archive-no-tls', say.noTls(), say.switchTlsOn());
  if (/certificate|CERT|TLS|SSL/i.test(`${codeOf(fault)} ${messageOf(fault)}`)) {
    return told('archive-certificate', foreign(messageOf(fault)), say.checkCertificate());
  }
  if (/password/i.test(messageOf(fault))) return told('archive-login', foreign(messageOf(fault)), say.checkLogin());
  return told('archive-unreachable', foreign(messageOf(fault)), say.checkDatabase());
}
