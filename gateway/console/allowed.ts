/**
 * Which action of the control socket is for whom at the console: the one table. What is not in it is refused.
 *
 * A viewer may only ask; what a technician changes is written into the audit, what they look at is not. What gives out secrets, erases for good or decides who belongs to a
 * hub stays with whoever has a shell on its machine.
 */
import type { Role } from '../config/console-accounts.ts';

export type For = Role | 'technician-looks' | 'command-line';

export const ALLOWED: Readonly<Record<string, For>> = {
  status: 'viewer',
  'list-refused': 'viewer',
  'list-devices': 'viewer',
  'list-strangers': 'viewer',
  'list-codecs': 'viewer',
  'list-downlinks': 'viewer',
  'list-gateways': 'viewer',
  'list-operators': 'viewer',
  'list-outputs': 'viewer',
  'list-types': 'viewer',
  'list-records': 'viewer',
  tracks: 'viewer',
  city: 'viewer',
  uplinks: 'viewer',
  history: 'viewer',
  'list-gaps': 'viewer',
  'list-actions': 'viewer',
  'list-orders': 'viewer',
  'show-order': 'viewer',
  'list-taken-orders': 'viewer',
  'roll-out': 'viewer',

  'list-lines': 'technician-looks',
  'probe-progress': 'technician-looks',
  'read-config': 'technician-looks',
  'read-config-version': 'technician-looks',
  'check-config': 'technician-looks',

  'change-config': 'technician',
  'apply-config': 'technician',
  'begin-probe': 'technician',
  'end-probe': 'technician',
  'send-test': 'technician',
  'keep-record': 'technician',
  maintain: 'technician',
  'test-output': 'technician',
  'silence-output': 'technician',
  'watch-frames': 'technician',
  'retry-refused': 'technician',
  'drop-refused': 'technician',
  export: 'technician',
  settle: 'technician',
  'add-devices': 'technician',
  'remove-devices': 'technician',
  'change-devices': 'technician',
  'forget-nonces': 'technician',
  'send-downlink': 'technician',
  'send-order': 'technician',
  'stop-roll-out': 'technician',
  'cancel-downlinks': 'technician',

  'record-port': 'command-line',
  erase: 'command-line',
  'enrol-gateway': 'command-line',
  'certify-hub': 'command-line',
  'revoke-gateway': 'command-line',
  'accept-gateways': 'command-line',
  'list-permissions': 'command-line',
  'list-revoked': 'command-line',
  'add-operator': 'command-line',
  'revoke-operator': 'command-line',
  'accept-operators': 'command-line',
  'operator-list-key': 'command-line',
  'pass-order': 'command-line',
  'order-key': 'command-line',
  'begin-roll-out': 'command-line',
};

/** Answered for as long as somebody reads: they have bounds of their own, and take no place among the others. */
const LASTING: readonly string[] = ['watch-frames'];

export function isLasting(action: string): boolean {
  return LASTING.includes(action);
}

/** Undefined if there is no such action. */
export function allowedFor(action: string): For | undefined {
  return Object.hasOwn(ALLOWED, action) ? ALLOWED[action] : undefined;
}

export function mayDo(role: Role, who: For): boolean {
  return who === 'viewer' || (who !== 'command-line' && role === 'technician');
}
