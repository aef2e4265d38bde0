/** What an action of an order takes, as whoever makes a form of it needs to know. */
import type { GenericSchema } from 'valibot';
import { ACTION_NAMES, ACTIONS, actionOf } from '../../shared/orders/actions.ts';
import type { Text } from '../../shared/text.ts';
import { entriesOf, unwrap } from '../config/schema-walk.ts';

export interface OrderField {
  readonly name: string;
  /** "value": a number, or true or false. */
  readonly kind: 'text' | 'number' | 'flag' | 'choice' | 'value';
  /** Of a choice. */
  readonly options?: readonly string[];
  readonly isNeeded: boolean;
}

export interface OrderForm {
  readonly action: string;
  readonly summary: Text;
  readonly place: 'gateway' | 'device';
  readonly fields: readonly OrderField[];
}

export function orderForms(): readonly OrderForm[] {
  return ACTION_NAMES.map((action) => {
    const { summary, place } = ACTIONS[action];
    const entries = Object.entries(entriesOf(actionOf(action)?.arguments ?? ACTIONS.restart.arguments));
    return { action, summary, place, fields: entries.map(([name, schema]) => fieldOf(name, schema)) };
  });
}

function fieldOf(name: string, schema: GenericSchema): OrderField {
  const inner = unwrap(schema);
  const isNeeded = schema.type !== 'optional';
  if (inner.type === 'picklist' && 'options' in inner && Array.isArray(inner.options)) {
    return { name, kind: 'choice', options: inner.options.map(String), isNeeded };
  }
  const kinds: Readonly<Record<string, OrderField['kind']>> = { number: 'number', boolean: 'flag', union: 'value' };
  return { name, kind: kinds[inner.type] ?? 'text', isNeeded };
}
